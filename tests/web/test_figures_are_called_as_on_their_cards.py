"""The page of the persons behind a figure calls it as its card does, whatever question it is of."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from litestar import Litestar
from litestar.testing import TestClient


@pytest.mark.parametrize(
    ("question", "at", "said"),
    [
        ('{"kind":"ltv"}', '["return_rate_30",{"day":"2026-11-02"}]', "Returned in 30 days"),
        ('{"kind":"shares","show":"days"}', '["sharers",{"day":"2026-11-02"}]', "Sharers"),
    ],
)
def test_by_its_title(owner: TestClient[Litestar], question: str, at: str, said: str) -> None:
    address = f"/a/cafe/persons/behind?{urlencode({'question': question, 'at': at})}"
    found: Any = owner.get(address, headers={"accept-language": "en"})
    assert found.status_code == 200, found.text[:300]
    assert said in found.text
