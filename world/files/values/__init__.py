"""What a cell says: days, numbers, shares and names, each settled by its whole column and said."""
