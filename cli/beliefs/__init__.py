"""Commands about what is believed, and their views."""
