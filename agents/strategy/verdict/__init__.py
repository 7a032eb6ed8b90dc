"""Whether to spend, to try with a little, to wait or to leave it: a verdict with a loss in it."""
