"""The events that are defined from the start, and the rule that names of events obey."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

VERSION = "2026-11-22"

LAUNCHES = ("app_launch", "app_show")
VISIT = "page_view"
LEAVE = "page_leave"
SHARE = "share"
LOADED = "page_load_time"
#: What no report of events, funnels or paths reads: the other half of a page view, and of a launch.
NO_ACTIONS = (LEAVE, "app_hide")
#: What phones report of themselves or of a touch: nothing that people did between two steps.
TECHNICAL = (
    *NO_ACTIONS, "app_launch", "app_show", "tab_tap", "pull_down_refresh", "reach_bottom", "click", "page_not_found",
    "app_error", "sdk_error", LOADED, "api_error", "api_time", "campaign_received", "agent_call", "agent_card",
    "agent_handoff",
)  # fmt: skip
LONGEST = 32

_LAWFUL = re.compile(r"[a-z][a-z0-9_]{0,31}")
# MPViewScreen → MP_View_Screen
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class EventName:
    """One built-in event: its name for machines, for people, and what it means."""

    name: str
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str


def _read() -> dict[str, EventName]:
    text = (files(__package__) / "data" / "events.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    return {name: EventName(name, zh, en, *meaning) for name, zh, en, *meaning in rows}


BUILT_IN = _read()


def lawful(name: str) -> bool:
    """Begins with a lower-case letter; lower-case letters, digits, underscores; at most 32."""
    return _LAWFUL.fullmatch(name) is not None


def alias(name: str) -> str:
    """The lawful name under which an unlawful one is kept; always the same for the same name.

    API_error → api_error, $MPViewScreen → mp_view_screen, 2nd click → e_2nd_click. Names that
    differ only in case and punctuation become one. A name with letters outside ASCII, or with none
    at all, becomes e_ and eight digits of its hash; one that is too long is cut and ends in such
    digits.
    """
    if lawful(name):
        return name
    name = unicodedata.normalize("NFC", name)
    plain = re.sub(r"[^a-z0-9]+", "_", _CAMEL.sub("_", name).lower()).strip("_")
    if not plain or any(sign.isalnum() and not sign.isascii() for sign in name):
        return f"e_{_digits(name)}"
    if plain[0].isdigit():
        plain = f"e_{plain}"
    if len(plain) <= LONGEST:
        return plain
    return f"{plain[: LONGEST - 9].rstrip('_')}_{_digits(plain)}"


def _digits(text: str) -> str:
    # surrogatepass: a lone half of a surrogate pair can come out of JSON
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
