"""What a product is in law, from all that is known of it."""
