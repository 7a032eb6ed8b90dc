"""Strategy: whether to spend, on what, where, how much, and what to expect."""
