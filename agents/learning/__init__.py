"""Learning: what a campaign caused, and what that says about the next one."""
