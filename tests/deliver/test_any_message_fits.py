"""Whatever is in a message, it fits each channel, keeps its link, and no text of it becomes markup."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from minilens.deliver import dingtalk, feishu, mail, wecom
from minilens.render.as_mail import as_html
from minilens.render.message import Figure, Listing, Message, Picture, Section
from tests.deliver.conftest import NOW_MS
from tests.deliver.others import Got
from tests.deliver.products import SIGNING
from tests.deliver.products import feishu as as_feishu
from tests.deliver.products import wecom as as_wecom

LINK = "https://stats.example.com/a/shop/review?week=2026-02-23"
#: Letters of all kinds, and what markdown is made of.
TEXTS = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="[]()<>*`|#_~\\!@:/&\n\r ab中😀", max_size=60),
    st.builds(
        lambda text, n: text * n,
        st.sampled_from(["中文", "a", "😀", "[x](https://evil.example)", "<at id=all></at>"]), st.integers(1, 300),
    ),
)  # fmt: skip
ROWS = st.lists(st.tuples(TEXTS, TEXTS, TEXTS), max_size=10).map(tuple)
LISTINGS = st.builds(Listing, TEXTS, st.tuples(TEXTS, TEXTS, TEXTS), ROWS, st.integers(0, 99))
FIGURES = st.builds(Figure, TEXTS, TEXTS, TEXTS, st.sampled_from(["good", "bad", ""]), TEXTS)
PICTURES = st.builds(
    Picture,
    st.just(b"png"),
    TEXTS,
    st.just("▁▃█"),
    st.sampled_from(["", "https://stats.example.com/p.png?sig=a_b"]),
)
SECTIONS = st.builds(
    Section, TEXTS, st.lists(TEXTS, max_size=3).map(tuple), st.lists(FIGURES, max_size=8).map(tuple),
    st.none() | PICTURES, st.none() | LISTINGS, st.sampled_from(["", LINK]),
)  # fmt: skip
MESSAGES = st.builds(
    Message, TEXTS, TEXTS, st.lists(SECTIONS, max_size=14).map(tuple), st.just(LINK),
    st.sampled_from(["zh", "en"]), TEXTS,
)  # fmt: skip
#: What our own layouts write; all else in the shape of markup would be a text's.
OWN_FONT = re.compile(r"""</?font( color=["'][a-z]+["'])?>""")


@settings(max_examples=25, deadline=None)
@given(MESSAGES)
def test_any_message_fits_every_channel_and_keeps_its_link(message: Message) -> None:
    body = wecom.text_of(message)
    assert (
        b'"errcode": 0'
        in as_wecom(Got("/?key=693a91f6-0000-4bc4-97a0-0ec2sifa5aaa", {}, body)).body
    )
    first = json.loads(body)
    text = first[first["msgtype"]]["content"]
    assert text.endswith(f"]({LINK})")
    harmless(text)

    body = dingtalk.body_of(message)
    assert len(body) <= 18_000
    card = json.loads(body)["actionCard"]
    assert card["singleURL"] == LINK
    harmless(card["text"])

    page = as_html(mail.small(message), "example.com", LINK)
    assert len(page.encode()) <= 102_000  # more is clipped
    assert f'href="{LINK}"' in page
    assert "<at" not in page

    body = feishu.body_of(message, SIGNING, NOW_MS)
    assert b'"code": 0' in as_feishu(Got("/", {}, body), NOW_MS).body
    told = json.loads(body)["card"]
    assert told["elements"][-1]["actions"][0]["url"] == LINK
    for text in markdown_of(told):
        harmless(text)


def harmless(text: str) -> None:
    """No link leads elsewhere, and there is no tag but those of colours."""
    assert set(re.findall(r"\]\(([^)]*)\)", text)) <= {
        LINK,
        "https://stats.example.com/p.png?sig=a_b",
    }
    assert "<" not in OWN_FONT.sub("", text)
    assert "evil.example)" not in text or "](https" not in text.replace(f"]({LINK})", "").replace(
        "](https://stats", ""
    )


def markdown_of(part: Any) -> list[str]:
    """All texts of a card that Feishu reads as markdown."""
    if isinstance(part, list):
        return [text for one in part for text in markdown_of(one)]
    if not isinstance(part, dict):
        return []
    own = [str(part["content"])] if part.get("tag") == "lark_md" else []
    return own + [text for one in part.values() for text in markdown_of(one)]


def test_what_is_cut_is_said_and_rows_stay_whole() -> None:
    rows = tuple((f"页面{n}" + "长" * 50, str(n)) for n in range(10))
    parts = tuple(
        Section(f"部分{n}", listing=Listing("", ("页面", "人数"), rows, 5)) for n in range(6)
    )
    text = json.loads(wecom.text_of(Message("小店 · 日报", "", parts, LINK, "zh")))["markdown_v2"][
        "content"
    ]
    shown = re.findall(r"\| 页面(\d)长+ \| (\d) \|", text)
    assert shown
    assert all(one == other for one, other in shown)
    kept = len(shown) // 6
    assert text.count(f"另有 {15 - kept} 项") == 6
