"""A package, so that no library that installs its own `tests` hides it (findings/mlforecast_installs_tests.sh)."""
