"""Compliance: what the law and the codes allow, by rule, never by the model judging itself."""
