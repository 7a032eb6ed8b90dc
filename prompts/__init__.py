"""Prompt templates, and what loads, checks and renders them."""
