"""The creative library: every ad, what was changed of it, what the rules say and what it did."""
