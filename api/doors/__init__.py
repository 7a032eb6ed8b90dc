"""Who may come in, and with what: judged before a route is asked and before a body is read."""
