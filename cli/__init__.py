"""The `tescosense` command."""
