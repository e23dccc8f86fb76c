"""Wiring only: definitions, partitions, resources, checks, jobs, schedules, the command and the database."""
