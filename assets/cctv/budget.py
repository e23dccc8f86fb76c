"""How much all answers of a sweep may hold at once.

Belongs here: counting bytes against one budget. Does not belong here: what one answer may be (answers.py).

Sixty-four hosts that each send as much as one answer may be would hold 768 MB together. So they share a budget. Once it
is spent, an answer grows to its share of it freely, so that a usual picture comes whatever others send; larger ones
then come one after the other, each within its camera's own seconds.
"""

import asyncio
from types import TracebackType
from typing import Self


class Budget:
    """Bytes that are shared.

    Args:
        most: Held together from which on answers beyond their share wait.
        share: Of one answer, in bytes.
    """

    def __init__(self, most: int, share: int) -> None:
        self.most, self.share = most, share
        self.held = 0
        # Of the one answer that may grow beyond its share though the budget is spent.
        self.beyond = asyncio.Lock()

    def account(self) -> "Account":
        """What one camera holds, a context manager that gives it back at its end."""
        return Account(self)


class Account:
    """What one camera holds of a budget."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._held = 0
        self._is_beyond = False

    async def take(self, more: int) -> None:
        """Count some more bytes, as soon as they may be held."""
        budget = self._budget
        is_within = budget.held + more <= budget.most or self._held + more <= budget.share
        if not (is_within or self._is_beyond):
            await budget.beyond.acquire()
            self._is_beyond = True
        self._held += more
        budget.held += more

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._budget.held -= self._held
        if self._is_beyond:
            self._budget.beyond.release()
