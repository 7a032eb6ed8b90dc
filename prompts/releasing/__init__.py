"""Releases: their texts, the labels that point to them, and which one a campaign is given."""
