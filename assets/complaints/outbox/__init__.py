"""The outbox: what reporters are told, each message at most once."""
