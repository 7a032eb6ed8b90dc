"""A retailer's own files, as many rows as they have."""
