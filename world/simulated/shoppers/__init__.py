"""How the simulated world's shoppers answer to ads: several kinds of them, by name."""
