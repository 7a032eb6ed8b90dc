"""Figures have one room: CLI, API, exports and pages ask here."""
