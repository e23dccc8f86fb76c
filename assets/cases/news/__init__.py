"""Kabar: what reporters and followers of a case are told as it goes on."""
