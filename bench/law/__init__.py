"""How often the compliance gate is wrong, on labelled lines."""
