"""Stored histories lived through again: what is decided otherwise today, and because of what."""
