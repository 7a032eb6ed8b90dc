"""The cases a prompt is tried with: what it is filled in with, and what its answer must be, named as promptfoo does."""
