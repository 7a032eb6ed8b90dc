"""Days on which people shop otherwise: public holidays, the feasts among them, and school holidays."""
