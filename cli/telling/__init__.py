"""A run as it happens, in the terminal: followed from the first step to its end, and told."""
