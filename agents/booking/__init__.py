"""Booking: reserve the money, place the buy once, record the transaction."""
