"""What each kind of rule looks for, and what proves a claim."""
