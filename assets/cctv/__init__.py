"""Cameras: their registry, the sweep of snapshot folders, and the slots of live cameras."""
