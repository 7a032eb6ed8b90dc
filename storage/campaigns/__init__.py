"""The story of each campaign: recorded by the graph, read by everybody."""
