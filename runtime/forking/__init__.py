"""Other futures of a campaign: its past up to a step, and from there on something else, in a world of its own."""
