"""A form of ours has a few fields; one of thousands is refused before it is taken apart."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from minilens.web.auth.csrf import MOST_FIELDS
from tests.web.cast import mark

KIND = {"content-type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize("pieces", [1, 40])
def test_it_is_refused(stranger: TestClient[Litestar], pieces: int) -> None:
    body = b"a=&" * (MOST_FIELDS + 1)

    def in_pieces() -> object:
        for start in range(0, len(body), len(body) // pieces):
            yield body[start : start + len(body) // pieces]

    content = body if pieces == 1 else in_pieces()
    answer = stranger.post("/sign-in", content=content, headers=KIND)  # type: ignore[arg-type]
    assert answer.status_code == 413


def test_a_form_that_is_too_large_is_refused_in_pieces_too(stranger: TestClient[Litestar]) -> None:
    pieces = (b"a" * 1024 for _ in range(65))
    assert stranger.post("/sign-in", content=pieces, headers=KIND).status_code == 413


def test_ours_are_taken(stranger: TestClient[Litestar]) -> None:
    form = {"csrf": mark(stranger), "email": "a@example.org", "password": "&" * 256}
    assert stranger.post("/sign-in", data=form).status_code == 401
