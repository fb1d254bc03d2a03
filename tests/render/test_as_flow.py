"""A flow chart: nodes are as high as what goes through them, bands fill them, nothing lies outside."""

from __future__ import annotations

import re
from dataclasses import replace

from minilens.render.as_flow import Link, as_flow


def link(place: int, begin: str, end: str, count: int, kind: str = "page") -> Link:
    return Link(place, ("page", begin), (kind, end), count, begin, end, f"{begin} → {end}: {count}")


LINKS = [
    link(1, "home", "list", 60), link(1, "home", "detail", 30), link(1, "home", "", 10, "end"),
    link(2, "list", "detail", 40), link(2, "list", "", 20, "end"), link(2, "detail", "list", 30),
]  # fmt: skip


def test_nodes_and_bands() -> None:
    flow = as_flow(LINKS)
    assert len(flow.bands) == len(LINKS)
    at = {(box.x, box.title): box for box in flow.boxes}
    home, first, second = at[0, "home"], at[190, "list"], at[380, "detail"]
    assert (home.count, first.count, second.count) == (100, 60, 40)
    assert round(home.height / first.height, 1) == round(100 / 60, 1)
    assert first.y == 0
    assert at[190, ""].y > at[190, "detail"].y  # what is over stands below
    assert all(box.y + box.height <= flow.height for box in flow.boxes)
    assert all(box.x < flow.width for box in flow.boxes)


def test_bands_leave_a_node_where_they_come_in() -> None:
    """Together they are as high as the node on its side."""
    flow = as_flow(LINKS)
    tops = [
        float(found[1])
        for one in flow.bands[:3]
        if (found := re.match(r"M[\d.]+ ([\d.]+)", one.path))
    ]
    assert tops == sorted(tops)
    assert tops[0] == 0


def test_a_long_name_is_its_end() -> None:
    box = as_flow([link(1, "packages/activity/pages/landing/index", "b", 1)]).boxes[0]
    assert box.short == "…pages/landing/index"[-22:] or box.short.endswith("landing/index")
    assert len(box.short) <= 22


def test_a_node_is_as_high_as_all_its_paths_where_links_are_left_out() -> None:
    large = replace(link(1, "home", "list", 60), of=100, through=90)
    flow = as_flow([large])
    assert [box.count for box in flow.boxes] == [100, 90]
    assert round(flow.boxes[0].height / flow.boxes[1].height, 1) == round(100 / 90, 1)
