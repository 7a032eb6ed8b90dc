"""Writing and drawing the ads."""
