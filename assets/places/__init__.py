"""Where in the city: names, points and boundaries."""
