"""The watch: what is broken, kept as incidents, and told once when it breaks and once when it is over."""
