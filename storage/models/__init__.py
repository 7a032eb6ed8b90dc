"""What chat models were asked by campaigns, and what they have answered before."""
