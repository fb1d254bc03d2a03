"""Random histories of one app that come near to everything that is easily miscounted."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from minilens.period import milliseconds
from tests.examples import at_length
from tests.pipeline import Happening

SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000
HALF_HOUR = 30 * MINUTE
ZONES = ("Asia/Shanghai", "America/New_York")
#: Borders: of a month, of a week, of a year, of summer time in New York (both), of a leap February.
DATES = (
    date(2026, 11, 1), date(2026, 3, 8), date(2026, 11, 30), date(2026, 12, 7), date(2027, 1, 1),
    date(2028, 2, 29),
)  # fmt: skip
#: From midnight to the first event, and from each event to the next.
STARTS = (0, -1, 1, -HALF_HOUR, -HALF_HOUR - 1, -10 * MINUTE, 90 * MINUTE, 12 * HOUR, -2 * DAY)
STEPS = (
    0, 1, 5 * SECOND, MINUTE, 20 * MINUTE, HALF_HOUR, HALF_HOUR + 1, HALF_HOUR - 1, 2 * HOUR, 9 * HOUR,
    DAY - HALF_HOUR, DAY, DAY + 1, 2 * DAY, 6 * DAY,
)  # fmt: skip
UNION = "wechat-unionid"
#: Anonymous and signed in on one phone, on a second phone, somebody else on the first, a number added.
WHO: tuple[tuple[str, tuple[str, str] | None], ...] = (
    ("phone", None), ("phone", (UNION, "li")), ("tablet", (UNION, "li")), ("tablet", None),
    ("phone", (UNION, "wang")), ("old", None), ("phone", ("c_memberid", "li")),
)  # fmt: skip
#: Several households in one app: an example costs the same, and covers more. Few can be made smaller.
HOMES = 2 if at_length() else 6
NAMES = ("page_view",) * 5 + ("app_launch", "app_show", "page_leave", "page_leave", "share")
PAGES = ("pages/index", "pages/menu", "pages/cart")
TRAFFIC = ("release",) * 6 + ("trial", "robot")


@dataclass(frozen=True)
class History:
    """What happened, and in which chunks it arrived."""

    zone: str
    chunks: tuple[tuple[Happening, ...], ...]

    @property
    def arrived(self) -> list[Happening]:
        """Everything, in order of arrival."""
        return [h for chunk in self.chunks for h in chunk]


def midnight(day: date, zone: str) -> int:
    """The first moment of a day."""
    return milliseconds(datetime.combine(day, time(), ZoneInfo(zone)))


@st.composite
def household(draw: st.DrawFn, zone: str, home: int) -> list[Happening]:
    """Some events of few people who share their devices, in order of time."""
    moment = midnight(draw(st.sampled_from(DATES)), zone) + draw(st.sampled_from(STARTS))
    found: list[Happening] = []
    for n in range(draw(st.integers(1, 16))):
        step = draw(st.sampled_from(STEPS))
        if step or not found:  # two who sign in within one millisecond: either may have been first
            device, identity = draw(st.sampled_from(WHO))
        moment += step
        name = draw(st.sampled_from(NAMES))
        session = draw(st.sampled_from(("", "a", "a", "b")))
        found.append(
            Happening(
                ts=moment, name=name, device=f"{home}-{device}", page=draw(st.sampled_from(PAGES)),
                identity=(identity[0], f"{home}-{identity[1]}") if identity else None,
                session=f"{home}-{device}-{session}" if session else "",
                duration=draw(st.sampled_from((None, 0, 700, 8000))) if name == "page_leave" else None,
                traffic=draw(st.sampled_from(TRAFFIC)), seq=n,
                id=str(uuid.UUID(int=(1 << 90) + home * 1000 + n)),
            )
        )  # fmt: skip
    return found


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Events that arrive forward, backward or in any order, some twice, in up to three chunks."""
    zone = draw(st.sampled_from(ZONES))
    found = [h for home in range(draw(st.integers(1, HOMES))) for h in draw(household(zone, home))]
    found.sort(key=lambda h: h.ts)
    found += draw(st.lists(st.sampled_from(found), max_size=4))
    order = draw(st.sampled_from(("any", "backward", "late one", "forward")))
    if order == "backward":
        found.reverse()
    elif order == "any":
        draw(st.randoms(use_true_random=False)).shuffle(found)
    elif order == "late one":
        found.append(found.pop(0))
    cuts = sorted(draw(st.lists(st.integers(0, len(found)), max_size=2)))
    parts = zip([0, *cuts], [*cuts, len(found)], strict=True)
    chunks = tuple(tuple(found[a:b]) for a, b in parts if a < b)
    return History(zone, chunks)


def ranges(first: date, last: date) -> st.SearchStrategy[tuple[date, date]]:
    """Any range that touches these days or lies near them."""
    days = (last - first).days
    ends = st.tuples(st.integers(-1, days + 1), st.integers(-1, days + 1))
    return ends.map(lambda two: (first + timedelta(min(two)), first + timedelta(max(two))))
