"""Buying media from an AdCP seller."""
