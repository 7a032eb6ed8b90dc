"""What is asked of each node that can be evaluated, and what its answer must be."""
