"""Camera snapshots to health, density and jam index: pure NumPy and OpenCV."""
