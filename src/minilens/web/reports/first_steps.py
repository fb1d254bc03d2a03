"""What a new app needs until its first event has come: what to send, where, and what has arrived already."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from minilens.period import now
from minilens.render.as_event import Line, as_event
from minilens.text import Language
from minilens.web.console import App, Console


@dataclass(frozen=True)
class FirstSteps:
    """`curl` and `call` (of the mini program) send a page view; `arrived` is the newest event that counts."""

    curl: str
    call: str
    key: str
    domain: str
    arrived: Line | None


def first_steps(console: Console, app: App, language: Language) -> FirstSteps:
    """Those of an app, as things stand."""
    facts = console.collecting(app)
    address = str(facts.get("collect_url", "/v1/collect"))
    parts = urlsplit(address)
    newest = console.newest(app, "release", (), 0, console.through())
    return FirstSteps(
        curl=first_event(facts),
        call=first_call(facts),
        key=str(facts.get("write_key", "")),
        domain=f"{parts.scheme}://{parts.netloc}",
        arrived=as_event(newest[0], app.timezone, language, now()) if newest else None,
    )


def first_event(facts: dict[str, object]) -> str:
    """A command that sends one page view, for those who have sent nothing yet."""
    return (
        f"curl {facts.get('collect_url', '/v1/collect')} \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        f'''  -d '{{"v":1,"k":"{facts.get("write_key", "WRITE_KEY")}","d":"first-try",'''
        """"ctx":{"env":"release"},"ev":[{"id":"first-'$(date +%s)'","""
        """"n":"page_view","t":'$(date +%s000)',"s":"first-try","p":"pages/index/index"}]}\'"""
    )


def first_call(facts: dict[str, object]) -> str:
    """The same from a mini program, for its `app.js` or the console of WeChat's developer tools."""
    return f"""wx.request({{
  url: "{facts.get("collect_url", "/v1/collect")}",
  method: "POST",
  data: {{
    v: 1, k: "{facts.get("write_key", "WRITE_KEY")}", d: "first-try",
    ctx: {{ env: wx.getAccountInfoSync().miniProgram.envVersion }},
    ev: [{{ id: "first-" + Date.now(), n: "page_view", t: Date.now(), s: "first-try", p: "pages/index/index" }}]
  }},
  complete: (answer) => console.log(answer.statusCode, answer.data)
}})"""
