"""`python -m cli` is `tescosense`."""

from cli.main import main

main()
