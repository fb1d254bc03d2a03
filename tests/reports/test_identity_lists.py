"""Lists of identities as people have them, line by line."""

from __future__ import annotations

import pytest

from minilens.errors import Refused
from minilens.reports.identity_list import LONGEST, MOST, Line, read


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("p12\nmobile=13700001234\n", [(1, "p12"), (2, "mobile=13700001234")]),
        ("\ufeffmobile\r\n13700001234\r\n\r\n 13700001235 ,x=1\r\n",
         [(2, "mobile=13700001234"), (4, "mobile=13700001235")]),
        ("identity,note\nc_memberid=A17,a=b\np3,\n", [(2, "c_memberid=A17"), (3, "p3")]),
        ("mobile=1,mobile=2,some note\n", [(1, "mobile=1"), (1, "mobile=2")]),
        ('"c_memberid=a,b"\n', [(1, "c_memberid=a,b")]),
        ("p12", [(1, "p12")]),
        ("Mobile\n,\n1", [(3, "mobile=1")]),
    ],
)  # fmt: skip
def test_of_every_form(text: str, right: list[tuple[int, str]]) -> None:
    assert read(text) == [Line(*one) for one in right]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        ("\n ,\n", "missing"),
        ("mobile\n", "missing"),
        (f"c_memberid={'x' * LONGEST}", "too_long"),
        ("p1\n" * (MOST + 1), "too_many"),
    ],
)
def test_what_is_no_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text)
    assert (refused.value.code, refused.value.field) == (code, "identities")
