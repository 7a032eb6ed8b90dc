"""Selling the simulated platform's media over AdCP: `python -m world.adcp.seller`."""
