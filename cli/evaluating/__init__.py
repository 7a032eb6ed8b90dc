"""`tescosense evaluate`, and how its results are shown."""
