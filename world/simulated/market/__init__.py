"""The simulated grocer: shelves, shoppers, weather, search, and what happens to them."""
