"""Money: what is reserved, committed and still free."""
