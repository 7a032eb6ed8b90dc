"""What a prompt designer does: run a wording, test it, compare two, release one, and see how releases do."""
