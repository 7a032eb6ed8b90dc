"""What each agent knows how to do: one package each, the node on top, pure functions beneath."""
