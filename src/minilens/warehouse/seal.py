"""What keeps a warehouse that was left from being written to: questions are answered as before."""

from __future__ import annotations

from minilens.errors import MinilensError


class Seal:
    """Open until it is closed, for good; all connections of an engine have the same one."""

    def __init__(self) -> None:
        self._why: MinilensError | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing is written any more."""
        return self._why is not None

    def close(self, why: MinilensError) -> None:
        """From now on nothing is written: whatever would raises `why`."""
        self._why = why

    def check(self) -> None:
        """Raises why nothing is written any more."""
        if self._why:
            raise self._why
