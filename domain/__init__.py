"""The words everyone shares. Imports nothing of ours."""
