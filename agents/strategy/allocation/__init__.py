"""Splitting a budget: what may be bought, the best relaxed split, the best real one, and whole pence."""
