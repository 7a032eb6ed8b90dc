"""One file per concept, each thin: ask the system, answer."""
