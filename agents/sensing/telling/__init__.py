"""From alarms to findings a person can read: cause, evidence, words."""
