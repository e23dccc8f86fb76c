"""The week-ahead jam forecast per area and hour."""
