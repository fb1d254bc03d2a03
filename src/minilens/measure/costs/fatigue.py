"""Days on which an audience seems tired of the ads: clicks cost more while fewer who see them click, or people see
them too often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from minilens.measure.costs.figures import Sums, together
from minilens.measure.costs.query import BEFORE
from minilens.text import Text

#: By so much CPC is up and CTR down against the mean of the days before; of these so many must have clicks.
CHANGE, LEAST_DAYS = 0.2, 4
#: Days that are named; of more it is said how many.
MOST = 7


def tired(days: Sequence[date], sums: Mapping[date, Sums]) -> list[date]:
    """Those on which CPC is at least a fifth over that of the seven days before, and CTR as much under it."""
    found = []
    for day in days:
        before = [one for n in range(1, BEFORE + 1) if (one := sums.get(day - timedelta(days=n)))]
        if day not in sums or sum(bool(one.figure("clicks")) for one in before) < LEAST_DAYS:
            continue
        now, then = sums[day], together(before)
        cpc, ctr = (_change(now.figure(name), then.figure(name)) for name in ("cpc", "ctr"))
        if cpc is not None and ctr is not None and cpc >= CHANGE and ctr <= -CHANGE:
            found.append(day)
    return found


def too_often(days: Sequence[date], sums: Mapping[date, Sums], cap: float) -> list[date]:
    """Those on which people saw an ad more often than the cap."""
    return [day for day in days if day in sums and (sums[day].figure("frequency") or 0) > cap]


def notes(days: Sequence[date], sums: Mapping[date, Sums], cap: float) -> tuple[Text, ...]:
    """What is to be said of them."""
    found = []
    if some := tired(days, sums):
        zh, en = _named(some)
        found.append(
            Text(
                f"点击单价比前 7 天高两成以上，点击率低两成以上，受众可能已疲劳：{zh}",
                f"CPC 20% or more above the 7 days before and CTR 20% or more below; the ads may be wearing out: {en}",
            )
        )
    if some := too_often(days, sums, cap):
        zh, en = _named(some)
        found.append(Text(f"人均曝光超过 {cap:g} 次：{zh}", f"Frequency above {cap:g}: {en}"))
    return tuple(found)


def _change(now: float | None, then: float | None) -> float | None:
    return now / then - 1 if now is not None and then else None


def _named(days: Sequence[date]) -> tuple[str, str]:
    some, more = ", ".join(f"{day:%m-%d}" for day in days[:MOST]), len(days) - MOST
    if more <= 0:
        return some.replace(", ", "、"), some
    return f"{some.replace(', ', '、')} 等 {len(days)} 天", f"{some} and {more} more"
