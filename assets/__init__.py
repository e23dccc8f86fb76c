"""One package per domain of the city (complaints, cases, cctv, traffic, enforcement, reports) and what they share."""
