"""Dagster's wiring alone: definitions, dbt in the graph, jobs, schedules, the instance."""
