"""`tescosense prompts`: its commands, and what they show a person."""
