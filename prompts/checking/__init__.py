"""What `check` looks at besides the grammar of a file: how it is stored, what its names are, what its node does."""
