"""The `jsc` command: one module per verb."""
