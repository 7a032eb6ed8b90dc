"""Who changed what of a campaign: one list, every line of which is a record."""
