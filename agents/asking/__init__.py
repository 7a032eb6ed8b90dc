"""Asking a chat model: a structured answer, within what a campaign may ask."""
