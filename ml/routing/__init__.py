"""Category and receiving agency of a complaint, from its text, the category chosen and its place."""
