"""What was learned, as figures: beliefs and how they moved, response curves, budgets, calibration, experiments."""
