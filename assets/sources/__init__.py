"""What every source needs: asking it, reading its files, and setting aside what cannot be read."""
