"""Which column is which: the fields a table may have, guessed by name with a reason, or given in mapping.toml."""
