"""Tables, and the way an older database comes to them."""
