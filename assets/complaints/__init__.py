"""Complaints: what the channels deliver, decided once and kept for ever."""
