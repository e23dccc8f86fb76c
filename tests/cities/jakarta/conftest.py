"""Fixtures of other folders that tests of Jakarta use too.

Belongs here: which they are. Does not belong here: a fixture's making (the conftest that it comes from).
"""

from tests.unit.assets.conftest import report

__all__ = ["report"]
