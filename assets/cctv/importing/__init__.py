"""Lists of cameras as other people keep them, to a list of the platform's own."""
