"""What the guide tells people to type is typed, on a real server: it succeeds, and answers are as printed beside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.architecture.source import TOP
from tests.serve.server import MINILENS, Server, key_of, server

pytestmark = pytest.mark.waits

#: Pages whose blocks need no more than a server, its key and a token.
PAGES = ("tracker", "collect", "api", "live", "report", "reports")
READMES = ("README.md", "README.zh.md")
BLOCK = re.compile(r"```(sh|python|json)\n(.*?)```", re.DOTALL)
ASKS = re.compile(r"^(?:curl|minilens (?:report|reports|keys list|tokens)\b)")


def blocks() -> list[tuple[str, int, str, str, str]]:
    """(page, number, language, what is typed, the answer printed right below or nothing)."""
    pages = [*(f"docs/guide/{tongue}/{page}.md" for page in PAGES for tongue in ("zh", "en")), *READMES]  # fmt: skip
    found = []
    for page in pages:
        held = BLOCK.findall((TOP / page).read_text(encoding="utf-8"))
        for n, (kind, text) in enumerate(held):
            if kind == "python" or (kind == "sh" and ASKS.match(text) and "serve" not in text):
                answer = held[n + 1][1] if n + 1 < len(held) and held[n + 1][0] == "json" else ""
                found.append((page, n, kind, text, answer))
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an app, a key and a token that may do what the pages do."""
    with server(tmp_path_factory.mktemp("guide") / "data") as one:
        scopes = ("report:read", "events:write", "admin")
        words = [word for scope in scopes for word in ("--scope", scope)]
        one.environment |= {
            "SERVER": one.url,
            "KEY": key_of(one),
            "TOKEN": one.command("tokens", "create", "shop", *words).split()[-1],
            "PATH": f"{MINILENS.parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
        }
        yield one


def test_enough_of_the_pages_is_typed() -> None:
    assert len(blocks()) > 20
    assert {page.rpartition("/")[2] for page, *_ in blocks()} == {*(f"{p}.md" for p in PAGES), *READMES}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "number", "kind", "text", "printed"), blocks(), ids=[f"{b[0]}-{b[1]}" for b in blocks()]
)  # fmt: skip
def test_a_block_is_typed(
    shop: Server, tmp_path: Path, page: str, number: int, kind: str, text: str, printed: str
) -> None:
    typed = text.replace("http://127.0.0.1:8000", shop.url)
    typed = typed.replace("YOUR_WRITE_KEY", shop.environment["KEY"])
    run = [sys.executable, "-c", typed] if kind == "python" else ["bash", "-euo", "pipefail", "-c", typed]  # fmt: skip
    done = subprocess.run(
        run, cwd=tmp_path, env=shop.environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, (page, number, done.stderr, done.stdout)
    assert '"status":' not in done.stdout, done.stdout
    if printed:
        said, wanted = json.loads(done.stdout), json.loads(printed)
        assert said | {"ts": 0} == wanted | {"ts": 0}


GENERATED = """
from minilens_report_api_client import AuthenticatedClient
from minilens_report_api_client.api.annotations import annotate
from minilens_report_api_client.api.reports import audience_provinces, traffic_trend
from minilens_report_api_client.models import NewAnnotation, Problem, TrafficTrendGrain
import os

client = AuthenticatedClient(base_url=os.environ["SERVER"], token=os.environ["TOKEN"])
trend = traffic_trend.sync("shop", client=client, period="7d", grain=TrafficTrendGrain.DAY)
assert len(trend.rows) == 7 and trend.rows[0]["visits"] == 0, trend
assert audience_provinces.sync("shop", client=client, period="7d").rows == []
made = annotate.sync("shop", client=client, body=NewAnnotation(text="1.5.0", day="2026-11-01"))
assert made.text == "1.5.0", made
wrong = traffic_trend.sync("shop", client=client, period="7 days")
assert isinstance(wrong, Problem) and wrong.field == "period", wrong
"""


def test_a_generator_makes_a_client_of_our_schema(shop: Server, tmp_path: Path) -> None:
    described = tmp_path / "openapi.json"
    described.write_bytes(httpx.get(f"{shop.url}/api/v1/openapi.json", timeout=30).content)
    (tmp_path / "config.json").write_text('{"post_hooks": []}')
    maker = Path(sys.executable).parent / "openapi-python-client"
    made = subprocess.run(
        [maker, "generate", "--path", described, "--output-path", tmp_path / "made", "--config",
         tmp_path / "config.json", "--fail-on-warning"],
        capture_output=True, text=True, timeout=120, env=shop.environment,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    asked = subprocess.run(
        [sys.executable, "-c", GENERATED],
        cwd=tmp_path / "made", env=shop.environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr


def test_every_figure_that_the_guide_names_is_there(shop: Server) -> None:
    bearer = {"Authorization": f"Bearer {shop.environment['TOKEN']}"}
    told = httpx.get(f"{shop.url}/metrics", headers=bearer, timeout=30).text
    pages = [*(TOP / "docs" / "guide").glob("*/*.md")]
    named = {
        word
        for page in pages
        for word in re.findall(
            r"\bminilens_[a-z_]+(?:\{\w+=\"\w+\"\})?", page.read_text(encoding="utf-8")
        )
    }
    named -= {"minilens_shard"}  # a database
    assert len(named) > 6
    assert not [name for name in sorted(named) if f"\n{name}" not in told]
