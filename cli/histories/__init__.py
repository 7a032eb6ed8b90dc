"""What came of campaigns: their past, their other futures, and the files they travel in."""
