"""What stands beside the visits of a page: the page before and after each within its launch, and its parameters.

All of it is kept with days; under filters by more than the page it is read from sessions and events.
"""

from __future__ import annotations

from minilens.measure.dimensions import Dimension
from minilens.measure.value_names import ValueNames
from minilens.reference.page_order import ENTERED, LEFT
from minilens.text import Text

BEFORE = Dimension(
    "page_before", Text("前一页", "Page before"), "text", "step", "step", rolled_up=True, of_order="before",
    names=ValueNames({ENTERED: Text("由此进入", "Entered here")}),
)  # fmt: skip
AFTER = Dimension(
    "page_after", Text("后一页", "Page after"), "text", "step", "step", rolled_up=True, of_order="after",
    names=ValueNames({LEFT: Text("由此离开", "Left here")}),
)  # fmt: skip
QUERY = Dimension(
    "query", Text("页面参数", "Parameters"), "text", "query", "query", rolled_up=True, many=True, of_events=True,
    names=ValueNames({"": Text("（无参数）", "(none)")}),
)  # fmt: skip
#: No question filters by them.
BESIDE_PAGES = {one.name: one for one in (BEFORE, AFTER, QUERY)}
