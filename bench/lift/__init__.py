"""Judges of the lift: public experiments, a panel where nothing happened, simulated campaigns, and peers."""
