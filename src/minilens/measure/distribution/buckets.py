"""The buckets of launches: WeChat's own, by its keys.

Its edges overlap at 20, 30 and 50 seconds; here the upper bucket begins one second later. A second counts once it
is over: 2.9 s are 2.
"""

from __future__ import annotations

import itertools

from minilens.measure.dimensions import Dimension
from minilens.text import Text

#: Key → the first second of the bucket, and what it is called.
_SECONDS: dict[str, tuple[int, Text]] = {
    "1": (0, Text("0–2 秒", "0–2 s")),
    "2": (3, Text("3–5 秒", "3–5 s")),
    "3": (6, Text("6–10 秒", "6–10 s")),
    "4": (11, Text("11–20 秒", "11–20 s")),
    "5": (21, Text("21–30 秒", "21–30 s")),
    "6": (31, Text("31–50 秒", "31–50 s")),
    "7": (51, Text("51–100 秒", "51–100 s")),
    "8": (101, Text("100 秒以上", "Over 100 s")),
}
#: Key → the fewest pages of the bucket, and what it is called.
_PAGES: dict[str, tuple[int, Text]] = {
    "0": (0, Text("未打开页面", "No page")),
    "1": (1, Text("1 页", "1 page")),
    "2": (2, Text("2 页", "2 pages")),
    "3": (3, Text("3 页", "3 pages")),
    "4": (4, Text("4 页", "4 pages")),
    "5": (5, Text("5 页", "5 pages")),
    "6": (6, Text("6–10 页", "6–10 pages")),
    "7": (11, Text("10 页以上", "Over 10 pages")),
}


def _bucket(column: str, firsts: dict[str, tuple[int, Text]], unit: int) -> str:
    """SQL: the key of the bucket that a number lies in."""
    keys = list(firsts)
    ends = (
        f"{column} < {firsts[after][0] * unit}, '{key}'" for key, after in itertools.pairwise(keys)
    )
    return f"multiIf({', '.join(ends)}, '{keys[-1]}')"


def _titles(firsts: dict[str, tuple[int, Text]]) -> dict[str, Text]:
    return {key: title for key, (_, title) in firsts.items()}


#: In the order in which they are shown.
DISTRIBUTIONS: dict[str, Dimension] = {
    one.name: one
    for one in (
        Dimension(
            "launch_duration", Text("停留时长", "Time spent"), "group", "''",
            f"if(duration IS NULL, '', {_bucket('assumeNotNull(duration)', _SECONDS, 1000)})",
            of_launches=True, choices=_titles(_SECONDS) | {"": Text("时长未知", "Time unknown")},
        ),
        Dimension(
            "launch_depth", Text("访问深度", "Pages seen"), "group", "''", _bucket("depth", _PAGES, 1),
            of_launches=True, choices=_titles({key: _PAGES[key] for key in "12345670"}),
        ),
    )
}  # fmt: skip
