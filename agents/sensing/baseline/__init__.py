"""What sales should have been."""
