"""Keeps the loop turning: settings, wiring, runs, clock, bus, worker."""
