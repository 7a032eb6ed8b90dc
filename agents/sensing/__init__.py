"""Expected value first, detector second: what sold against what should have, and why."""
