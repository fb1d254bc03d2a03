"""Days that an import makes: what comes in several chunks is made several times, and none of them is a correction.

Their builds say so (`first` among the causes) from the first one on, while one chunk follows the other. What is
imported into days that were there before, or long after, corrects them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from minilens.load.build_sql import DUE
from minilens.period import now_ms
from minilens.warehouse.engine import Engine
from minilens.warehouse.rows import stamp

#: Why a day waits that only imported events came for.
IMPORT = "import"
#: Stands among the causes of a build that made the day for the first time, or went on with that.
FIRST = "first"
#: Chunks of one import also change days around, and who came for the first time on which.
GOING_ON = {IMPORT, "neighbour", "first visits"}
#: The next chunk is made after this time at the latest.
LONGEST_BREAK = timedelta(hours=1)

_BEFORE = f"""
SELECT app, day, has(splitByString(', ', toString(argMax(cause, build))), '{FIRST}')
    AND max(at) >= {{since:DateTime64(3, 'UTC')}}
FROM builds WHERE {DUE} GROUP BY app, day
"""


def made_first(
    engine: Engine, asked: Mapping[str, object], causes: Mapping[tuple[int, date], set[str]]
) -> set[tuple[int, date]]:
    """Those of the days to make, with why they wait, that an import makes for the first time or goes on with."""
    some = {key for key, why in causes.items() if why <= GOING_ON}
    if not some:
        return set()
    since = stamp(now_ms() - int(LONGEST_BREAK.total_seconds() * 1000))
    rows = engine.rows(_BEFORE, {**asked, "since": since})
    before = {(app, day): bool(goes_on) for app, day, goes_on in rows}
    return {key for key in some if before.get(key, IMPORT in causes[key])}
