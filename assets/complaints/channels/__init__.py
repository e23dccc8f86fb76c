"""One module per channel: its wire format, how it is fetched and how it is answered."""
