"""Cameras: snapshot folders, the sweep, area hours and the forecast of jam hours."""
