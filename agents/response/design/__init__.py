"""What a campaign finds out while it sells: groups of stores, levels of spend, and what the finding out is worth."""
