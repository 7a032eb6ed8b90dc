"""Real weather from Open-Meteo for the regions of a person's own sales."""
