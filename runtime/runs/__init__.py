"""Runs of campaigns: ordered, queued, executed, answered, recovered."""
