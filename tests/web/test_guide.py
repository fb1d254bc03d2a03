"""The guide as the server shows it, and as a static site: every page, every link, both languages."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.errors import NotFound
from minilens.measure.dimensions import COHORT, DIMENSIONS
from minilens.measure.measures import MEASURES
from minilens.render import guide
from minilens.render.guide import contents, folder, made
from minilens.render.guide_entries import SAID
from minilens.render.guide_search import excerpt
from minilens.reports import REPORTS, find
from minilens.reports.tabs import TABS
from minilens.text import Language
from minilens.web.app import POLICY

Client = TestClient[Litestar]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
TOP = Path(__file__).resolve().parents[2]
EVERY = [(language, entry.name) for language in LANGUAGES for entry in contents(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_contents_name_every_page_there_is(language: Language) -> None:
    pages = {Path(one.name).stem for one in (folder() / language).iterdir()}
    names = [entry.name for entry in contents(language)]
    assert sorted(names) == sorted(pages)
    assert names == [entry.name for entry in contents("zh")]


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_page_is_shown_to_everybody_and_its_links_lead_somewhere(
    stranger: Client, language: str, name: str
) -> None:
    stranger.cookies.clear()
    answer = stranger.get(f"/guide/{name}?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY
    text = answer.text
    assert text.count("<h1") == 1
    assert "<!--" not in text
    assert "style=" not in text
    names = {entry.name for entry in contents("zh")}
    own = set(re.findall(r'id="([^"]+)"', text))
    for link in map(unescape, re.findall(r'href="([^"]+)"', text)):
        place, _, part = link.partition("#")
        if not place:
            assert unquote(part) in own, link
        elif place.startswith("/guide/"):
            to = place.removeprefix("/guide/").partition("?")[0]
            assert to in names | {"search"}, link
            assert not part or unquote(part) in ids(to, "en" if language == "en" else "zh"), link
        else:
            assert place.startswith(("/static/", "https://")) or place == "/", link
    for source in re.findall(r'src="([^"]+)"', text):
        assert stranger.get(source).status_code == 200


@functools.cache
def ids(name: str, language: Language) -> frozenset[str]:
    """Every place on a page that a link can lead to."""
    page = guide.page(name, language, to_page=str, to_picture=str)
    return frozenset(re.findall(r'id="([^"]+)"', page.html))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab_has_its_page_and_every_measure_and_field_its_entry(language: Language) -> None:
    names = {entry.name for entry in contents(language)}
    assert not {tab.listed_as for tab in TABS if tab.cards} - names
    assert ids("measures", language) >= set(MEASURES)
    assert ids("fields", language) >= set(DIMENSIONS)
    assert ids("reports", language) >= set(REPORTS)
    assert set(SAID) == {*DIMENSIONS, COHORT.name}, "say where the values of each field come from"


def test_every_hint_of_a_card_leads_to_its_entry(owner: Client) -> None:
    for tab in TABS:
        if tab.cards:
            assert f'href="/guide/{tab.listed_as}"' in owner.get(f"/a/cafe/{tab.name}").text
        for report in map(find, tab.cards):
            card = owner.get(f"/a/cafe/{report.name.replace('.', '/')}").text
            linked = set(re.findall(r"/guide/measures#(\w+)", card))
            assert linked, report.name
            assert linked <= set(report.measures)
            assert report.first in linked or report.kind.takes("users")


STEPS = '[{"event":"page_view"},{"event":"share"}]'


@pytest.mark.parametrize(
    ("path", "question", "page"),
    [
        ("events/ask", '{"kind":"events","events":[{"event":"share"}]}', "ask"),
        ("funnels", f'{{"kind":"funnel","steps":{STEPS}}}', "funnels"),
        ("paths", '{"kind":"paths","anchor":{"page":"pages/menu/menu"}}', "paths"),
        ("retention", '{"kind":"retention","first":{"event":"share"},"return":{}}', "retention"),
        ("stickiness", '{"kind":"stickiness"}', "retention"),
        ("lifecycle", '{"kind":"lifecycle"}', "retention"),
        ("attribution", '{"kind":"attribution","conversion":{"event":"share"}}', "attribution"),
        ("ltv", '{"kind":"ltv"}', "ltv"),
        ("shares", '{"kind":"shares"}', "shares"),
    ],
)
def test_an_answer_leads_to_the_page_about_its_question(
    owner: Client, path: str, question: str, page: str
) -> None:
    """Its measures are its own: no list of the guide has them."""
    card = owner.get(f"/a/cafe/{path}/answer", params={"question": question}).text
    assert set(re.findall(r"/guide/([\w#-]+)", card)) == {page}
    assert page in {entry.name for entry in contents("zh")}
    assert "-d " in card, "the command for the API has the question"


@pytest.mark.parametrize(
    ("asked", "language", "first"),
    [
        ("跳出率", "zh", "/guide/measures#bounce_rate"),
        ("bounce rate", "zh", "/guide/measures#bounce_rate"),
        ("跳出率", "en", "/guide/measures#bounce_rate"),
        ("VISITORS", "en", "/guide/measures#visitors"),
        ("备份", "zh", "/guide/backup"),
        ("trusted_proxies", "en", "/guide/"),
    ],
)
def test_the_guide_is_searched_in_both_languages(
    stranger: Client, asked: str, language: str, first: str
) -> None:
    page = stranger.get("/guide/search", params={"q": asked, "lang": language}).text
    found = re.search(r'<ol class="found">.*?href="([^"]+)"', page, re.DOTALL)
    assert found
    assert found[1].startswith(first)
    assert re.search(r"<mark>", page)
    assert f'value="{asked}"' in page


def test_a_search_without_words_without_luck_and_with_ill_will(stranger: Client) -> None:
    for asked in ("", "   "):
        assert (
            "<ol" not in stranger.get("/guide/search", params={"q": asked}).text.split("<main")[1]
        )
    nothing = stranger.get("/guide/search", params={"q": "zzyzx 指标", "lang": "en"}).text
    assert "has all of these words" in nothing
    ill = stranger.get("/guide/search", params={"q": "<script>alert(1)</script> (.*"})
    assert ill.status_code == 200
    assert "<script>alert" not in ill.text
    assert stranger.get("/guide/search", params={"q": "a " * 20_000}).status_code in (200, 414)


def test_what_was_looked_for_is_marked_whatever_case_it_has() -> None:
    text = "x" * 80 + " One launch, two LAUNCHES " + "y" * 200
    pieces = excerpt(text, ["launch", "two"])
    assert [one.text for one in pieces if one.found] == ["launch", "two", "LAUNCH"]
    assert (pieces[0].text, pieces[-1].text) == ("…", "…")
    assert "".join(one.text for one in pieces[1:-1]) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_palette_opens_pages_and_entries(owner: Client, language: str) -> None:
    found = owner.get("/a/cafe/palette", params={"lang": language}).json()
    hrefs = {one["href"]: one["found"] for one in found if one["href"].startswith("/guide/")}
    assert "跳出率" in hrefs["/guide/measures#bounce_rate"]
    assert "province" in hrefs["/guide/fields#province"]
    assert {f"/guide/{entry.name}" for entry in contents("zh")} <= set(hrefs)


def test_the_start_and_what_is_not_there(stranger: Client) -> None:
    assert stranger.get("/guide", follow_redirects=False).headers["location"] == "/guide/install"
    assert stranger.get("/guide/instal").status_code == 404
    assert stranger.get("/guide/..%2F..%2FREADME").status_code == 404
    assert stranger.get("/guide/images/none.png").status_code == 404
    with pytest.raises(NotFound):
        guide.picture("../guide/README.md")


def test_the_console_leads_to_it(owner: Client) -> None:
    page = owner.get("/a/cafe/overview?lang=zh").text
    assert page.count('href="/guide"') == 2  # in the rail, and behind 更多
    assert "使用指南" in page


def test_markdown_becomes_a_page() -> None:
    text = (
        "# Title\n\n## First *part*\n\n[a](other.md#x) [b](../en/third.md) [c](https://example.org/x.md)"
        "\n\n![p](../../images/one.png)\n\n| a |\n| - |\n| <b> |\n"
    )
    page = made("name", "Title", text, lambda name: f"/g/{name}", lambda name: f"/i/{name}")
    assert [(part.name, part.title) for part in page.parts] == [("first-part", "First part")]
    assert re.findall(r'href="([^"]+)"', page.html) == [
        "/g/other#x",
        "/g/third",
        "https://example.org/x.md",
    ]
    assert 'src="/i/one.png"' in page.html
    assert "&lt;b&gt;" in page.html


def test_a_chinese_sentence_over_two_lines_gets_no_space() -> None:
    page = made("n", "t", "自己留在\n这里。以 a\nb 为例\n\n```\n甲\n乙\n```", str, str)
    assert "自己留在这里。以 a\nb 为例" in page.html
    assert "甲\n乙" in page.html


def test_the_static_site_is_whole(tmp_path: Path) -> None:
    command = [sys.executable, str(TOP / "scripts" / "guide.py"), str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, cwd=TOP, timeout=60)
    for language, name in EVERY:
        assert (tmp_path / language / f"{name}.html").exists()
    for file in tmp_path.rglob("*.html"):
        for link in map(unescape, re.findall(r'(?:href|src)="([^"]+)"', file.read_text("utf-8"))):
            place = link.partition("#")[0]
            if place and not place.startswith("https://"):
                assert (file.parent / place).resolve().is_file(), (file.name, link)
