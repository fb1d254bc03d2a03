"""Parameters of links, ads and codes, at the launch and at each return."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from minilens.reference.link_codes import new_code
from tests.collect.receiving import House, event

LINK = (
    "utm_source=wx&utm_medium=cpc&utm_campaign=spring&cl_sr=oa&source1=a&source6=%E9%97%A8%E5%BA%97"
    "&contentName=menu&cq=ch-7"
)
AD = "gdt_vid=wx0ewinbalytptma00&weixinadinfo=20966864.wx0ewinbalytptma00.0.1"


def told(door: House, query: str, **facts: Any) -> tuple[dict[str, Any], Any]:
    """The properties of a launch that was opened so, and its origin."""
    body = door.envelope(event(n="app_launch", **facts), src=[{"scene": 1045, "query": query}])
    assert door.send(body).json()["refused"] == []
    batch = door.batches()[-1]
    return json.loads(batch.events[0].props), batch.sources[0]


def test_a_link_is_read_whole(door: House) -> None:
    props, source = told(door, LINK)
    assert props == {
        "cl_sr": "oa", "source1": "a", "source6": "门店", "contentName": "menu", "cq": "ch-7",
    }  # fmt: skip
    assert (source.source, source.campaign) == ("oa", "spring")
    assert (source.utm_source, source.utm_medium, source.utm_campaign) == ("wx", "cpc", "spring")


def test_an_ad_tells_its_click_and_its_number(door: House) -> None:
    props, source = told(door, AD)
    assert props == {
        "gdt_vid": "wx0ewinbalytptma00", "weixinadinfo": "20966864.wx0ewinbalytptma00.0.1", "ad_id": "20966864",
    }  # fmt: skip
    assert source.source == "wechat_ad"
    props, _ = told(door, "weixinadinfo=1.click9.0.1")
    assert (props["ad_id"], props["gdt_vid"]) == ("1", "click9")
    assert told(door, "weixinadinfo=odd")[0] == {"weixinadinfo": "odd"}


def test_a_code_is_decoded(door: House) -> None:
    props, source = told(
        door, f"scene={quote('source=door&source2=b1&lc=k7&campaign=opening', safe='')}"
    )
    assert props == {"source2": "b1"}
    assert (source.source, source.campaign, source.link) == ("door", "opening", "k7")


def test_only_launches_and_returns_carry_them(door: House) -> None:
    body = door.envelope(
        *(event(n=name) for name in ("app_launch", "app_show", "page_view", "app_hide")), src=[{"query": LINK}]
    )  # fmt: skip
    door.send(body)
    assert ["cq" in one.props for one in door.batches()[-1].events] == [True, True, False, False]


def test_the_senders_own_word_counts(door: House) -> None:
    props, _ = told(door, LINK, pr={"cq": "mine", "size": 2})
    assert (props["cq"], props["size"], props["source1"]) == ("mine", 2, "a")


@pytest.mark.parametrize("own", [60, 64])
def test_an_event_with_many_properties_is_not_refused_for_them(door: House, own: int) -> None:
    props, _ = told(door, LINK, pr={f"p{n}": n for n in range(own)})
    assert len(props) == min(own + 5, 64)
    assert {f"p{n}" for n in range(own)} <= props.keys()


def test_each_launch_of_a_batch_has_its_own(door: House) -> None:
    launches = (event(n="app_launch", o=n) for n in (1, 0, 2))
    door.send(door.envelope(*launches, src=[{"query": "cq=a"}, {"query": "cq=b"}, {}]))
    assert [json.loads(one.props).get("cq") for one in door.batches()[-1].events] == [
        "b",
        "a",
        None,
    ]


@pytest.mark.parametrize(
    "query", ["cq=" + "x" * 5000, "cq=%ff%00", "&&&=", "source1=" + "😀" * 300, "cq=\ud83d"]
)
def test_odd_ones_cost_no_event(door: House, query: str) -> None:
    props, _ = told(door, query)
    assert all(len(value) <= 255 for value in props.values())


def test_a_code_of_a_campaign_link_is_its_link(door: House) -> None:
    code = new_code()
    address = quote(f"https://stats.example.org/l/{code}?from=cup", safe="")
    for query in (f"scene={code}", f"q={address}", f"table=7&lc={code}"):
        assert told(door, query)[1].link == code
    assert told(door, f"lc=own&scene={code}")[1].link == "own"
    assert told(door, f"scene={code[:-1]}&q=nonsense")[1].link == ""
