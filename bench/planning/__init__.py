"""What strategy decides, judged: how a budget is split, and whether it should be spent."""
