"""Which deviations are worth a person's time."""
