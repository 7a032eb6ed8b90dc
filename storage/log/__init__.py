"""The event log: appended, replayed, in one order."""
