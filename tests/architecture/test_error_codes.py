"""Every code has a sentence in both languages, and whoever raises it gives the facts in it."""

from __future__ import annotations

import ast
import re
from string import Formatter

import pytest

from minilens.errors import CODES
from tests.architecture.source import python

RAISE = {"Refused", "NotAllowed", "NotFound", "TooLarge", "Busy"}
GIVEN = {"field", "hint", "choices"}  # Refused fills these in itself


def facts(sentence: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_status_and_a_sentence_in_both_languages(code: str) -> None:
    status, zh, en = CODES[code]
    assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", code)
    assert 400 <= status < 600
    plain = re.sub(r"\{\w+\}", "", zh)
    assert re.search(r"[\u4e00-\u9fff]", plain) or not re.search(r"[a-z]", plain)
    assert not re.search(r"[\u4e00-\u9fff]", en)
    assert facts(zh) == facts(en), "one language knows more than the other"


def raised() -> list[tuple[str, str, set[str] | None]]:
    """(place, code, facts) wherever a code is written out; None: the facts are not known here."""
    found = []
    for source in python():
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            code = node.args[0]
            if name in RAISE and isinstance(code, ast.Constant) and isinstance(code.value, str):
                words = {keyword.arg for keyword in node.keywords}
                known = {word for word in words if word} if None not in words else None
                found.append((f"{source.name}:{node.lineno}", code.value, known))
    return found


def test_every_code_that_is_raised_is_in_the_table_with_its_facts() -> None:
    calls = raised()
    assert calls, "no error is raised anywhere: does the rule still look at the right names?"
    wrong = [
        (place, code)
        for place, code, known in calls
        if code not in CODES or (known is not None and facts(CODES[code][1]) - known - GIVEN)
    ]
    assert not wrong
