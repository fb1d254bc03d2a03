"""Times as spreadsheets write them are read in an import; others are refused."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from minilens.collect.flat.timestamps import moment
from minilens.errors import Refused

ZONE = ZoneInfo("Asia/Shanghai")
MEANT = moment("2026-11-02 08:04", ZONE)


@pytest.mark.parametrize(
    "text",
    ["2026/11/2 8:04", "2026/11/02 08:04", "2026-11-2 8:04:00", "2026.11.2 8:04",
     "2026/11/2 8:04+08:00", "2026/11/2T8:04"],
)  # fmt: skip
def test_they_are_read(text: str) -> None:
    assert moment(text, ZONE) == MEANT


@pytest.mark.parametrize(
    "text",
    ["2026/13/2 8:04", "2026/11/31 8:04", "2026/11/2 25:04", "2026/11/2",
     "11/2/2026 8:04", "2026/11/2 8:04 PM", "26/11/2 8:04"],
)  # fmt: skip
def test_what_is_no_time_or_may_be_meant_otherwise_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="valid time"):
        moment(text, ZONE)
