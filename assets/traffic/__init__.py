"""Area hours and their forecast."""
