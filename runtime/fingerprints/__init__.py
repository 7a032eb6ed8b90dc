"""What a step of a campaign was made with: the code and data it can reach, the packages, the settings."""
