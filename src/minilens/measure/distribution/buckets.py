"""The buckets of launches as dimensions: days keep them, filtered ones are read from sessions."""

from __future__ import annotations

from minilens.measure.dimensions import Dimension
from minilens.reference.launches import BUCKETS, PAGES, SECONDS, Buckets
from minilens.text import Text


def _titles(firsts: Buckets) -> dict[str, Text]:
    return {key: title for key, (_, title) in firsts.items()}


#: In the order in which they are shown.
DISTRIBUTIONS: dict[str, Dimension] = {
    one.name: one
    for one in (
        Dimension(
            "launch_duration", Text("停留时长", "Time spent"), "group", "''",
            BUCKETS["launch_duration"], rolled_up=True, of_launches=True,
            choices=_titles(SECONDS) | {"": Text("时长未知", "Time unknown")},
        ),
        Dimension(
            "launch_depth", Text("访问深度", "Pages seen"), "group", "''", BUCKETS["launch_depth"],
            rolled_up=True, of_launches=True, choices=_titles({key: PAGES[key] for key in "12345670"}),
        ),
    )
}  # fmt: skip
