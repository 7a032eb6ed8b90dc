"""What is left out of a person's sales, replaced or masked, and how much: nothing goes without being counted."""
