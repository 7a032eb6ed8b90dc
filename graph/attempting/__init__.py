"""How a node is attempted: how often and how long, whose its lines are, and what becomes of the last failure."""
