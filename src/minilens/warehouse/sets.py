"""Sets of persons as days keep them."""

from __future__ import annotations

NOBODY = "bitmapBuild(emptyArrayUInt32())"


def apart(timed_visits: str, visitors: str, timed: str) -> str:
    """SQL of who is either among the visitors or among those of whom a time is known: nobody where none is known.

    They are nearly the same people, so that the set is small. The same of the visitors and of that gives the others
    again.
    """
    return f"bitmapXor(if({timed_visits} > 0, {visitors}, {NOBODY}), {timed})"


#: SQL over rows of `days`: of whom it is known how long a page was in front.
PAGE_TIMED = apart("timed_visits", "visitors", "timed_apart")
#: The same: of whom it is known how long a launch lasted. Days that were made before step 11 have that set itself.
_LAUNCHED = apart("timed_launches", "visitors", "launched_apart")
TIMED_VISITORS = f"if(bitmapCardinality(timed_visitors) > 0, timed_visitors, {_LAUNCHED})"
