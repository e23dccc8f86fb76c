"""Cases: what the city agencies book on an accepted complaint."""
