"""What seeing inside costs, and what a second worker brings."""
