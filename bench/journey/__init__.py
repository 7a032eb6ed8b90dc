"""What can be checked on a year of real sales: the Complete Journey."""
