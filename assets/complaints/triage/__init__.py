"""Triage: small pure functions that decide a batch of reports."""
