"""What reaches a person from a command is said in zh and en: the modules are read for what is not."""

from __future__ import annotations

import ast
import functools
import re

import pytest

from tests.architecture.source import python

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b[A-Za-z]?[a-z]{2,}\b")
#: Facts of an error that are words for people, and not names that are written just so.
IN_WORDS = {"reason", "what", "limit", "got", "missing"}
ERRORS = {"Refused", "NotAllowed", "NotFound", "TooLarge", "Busy", "Worded"}
#: Shown by the library of commands in English, or by the interpreter.
NOT_OURS = {"ClickException", "UsageError", "BadParameter", "BadOptionUsage"}


def written(node: ast.AST) -> str | None:
    """The words of a text in the source, without what is filled in; None where it is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return " ".join(filter(None, map(written, node.values)))
    if isinstance(node, ast.BinOp):
        both = [written(node.left), written(node.right)]
        return " ".join(one or "" for one in both) if any(both) else None
    return None


def one_tongue(node: ast.AST) -> bool:
    """Whether it is a text of several English words that says nothing in zh; what is to be typed is none."""
    text = written(node)
    return bool(
        text
        and not HAN.search(text)
        and len(ENGLISH.findall(text)) > 1
        and not text.lower().startswith(("minilens", " minilens"))
    )


@functools.cache
def calls() -> list[tuple[str, str, ast.Call]]:
    """(place, name of what is called, the call)."""
    return [
        (
            f"{source.name}:{node.lineno}",
            getattr(node.func, "id", getattr(node.func, "attr", "")),
            node,
        )
        for source in python()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
    ]


@pytest.mark.parametrize("name", ["CannotStart", "say"])
def test_a_sentence_is_given_twice(name: str) -> None:
    found = [(place, call) for place, called, call in calls() if called == name]
    assert len(found) > 5
    for place, call in found:
        if all(isinstance(one, ast.Name) for one in call.args):  # passed on as it was said
            continue
        texts = [written(one) or "" for one in call.args]
        zh, en = texts if name == "say" else reversed(texts)
        assert HAN.search(zh), place
        assert not HAN.search(en), place


def test_a_fact_in_words_is_given_twice() -> None:
    wrong = [
        (place, ast.unparse(word.value))
        for place, called, call in calls()
        if called in ERRORS
        for word in call.keywords
        if word.arg in IN_WORDS
        and ENGLISH.search(written(word.value) or "")
        and not HAN.search(written(word.value) or "")
    ]
    assert not wrong


def test_nothing_is_refused_or_told_past_the_table() -> None:
    wrong = [
        (place, ast.unparse(call)[:100])
        for place, called, call in calls()
        if called in NOT_OURS
        or (called in ("exit", "SystemExit") and any(written(one) for one in call.args))
        or (called in ("echo", "prompt", "confirm", "fail") and any(map(one_tongue, call.args)))
    ]
    assert not wrong
