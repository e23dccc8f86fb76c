"""A seeded, synthetic city with hidden truth: an oracle that shares no code with the platform."""
