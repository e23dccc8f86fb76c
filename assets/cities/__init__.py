"""A city's folder: what is wrong with it, and how a new one begins."""
