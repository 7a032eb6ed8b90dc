"""Stand-ins for models: a fake copywriter, a fake illustrator, faults on demand, and recorded answers."""
