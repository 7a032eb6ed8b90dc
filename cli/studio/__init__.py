"""`make studio`: LangGraph's server over this checkout, with something to look at from the first minute."""
