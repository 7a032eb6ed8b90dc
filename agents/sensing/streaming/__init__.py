"""Sensing of panels too large to look at whole every day: a fit a week, and a day at a constant price a series."""
