"""One module per channel: its wire format, and nothing else of the house."""
