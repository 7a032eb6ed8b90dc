"""How sales answer to spend: one model, read forwards by strategy and backwards by learning."""
