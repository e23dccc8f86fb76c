"""A seeded, synthetic Jakarta with hidden truth: an oracle that shares no code with the platform."""
