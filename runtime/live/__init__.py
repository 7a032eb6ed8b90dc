"""The live world: its clock, the campaigns it starts, and the answers its days bring."""
