"""A second reader, taught by labelled lines and not by rules, who can do no more than ask for a person."""
