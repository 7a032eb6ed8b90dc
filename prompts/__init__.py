"""Prompt templates, and what loads, checks and renders them."""

from pathlib import Path

FOLDER = Path(__file__).parent
"""The templates this house ships."""
