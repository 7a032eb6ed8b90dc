"""What a flight caused: several estimators on one shape of data, the choice between them, and their placebo checks."""
