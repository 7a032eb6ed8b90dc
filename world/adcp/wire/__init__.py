"""The parts of AdCP 3.2 both sides speak."""
