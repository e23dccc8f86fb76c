"""Enforcement: tickets (penilangan) as cameras and officers write them."""
