"""Faults: what goes wrong around the platform, made to happen, and what must hold behind each (`jsc bench faults`)."""
