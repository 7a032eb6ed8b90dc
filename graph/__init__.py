"""The state machine: one campaign is one thread through eight nodes."""
