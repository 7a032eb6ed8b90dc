"""A second reader, who can only ask for a person."""
