"""What an ad says once it is read as a person reads it: through look-alike letters, tricks of spelling and pictures."""
