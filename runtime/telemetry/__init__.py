"""What operators see of a running system: traces, metrics and logs."""
