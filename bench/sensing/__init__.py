"""Whether sensing sees what moved, in panels that were made without it in mind."""
