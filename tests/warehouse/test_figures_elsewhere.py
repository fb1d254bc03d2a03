"""Every report, question, funnel, retention and path, every merge and every deletion, on one real server, on two shards
where the product lays rows, and on two shards with rows anywhere: what tests expect of the embedded engine holds there.

Left out is what is marked `embedded`: it is about that engine, and says why.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.warehouse.elsewhere import PLACES, Where, run

pytestmark = [pytest.mark.long, pytest.mark.waits]


@pytest.mark.parametrize("room", ["identity", "load", "ask", "measure"])
@pytest.mark.parametrize("where", PLACES)
def test_the_tests_of_a_room(where: Where, room: str, tmp_path: Path) -> None:
    code, said = run(where, tmp_path, [f"tests/{room}", "-q", "--tb=short"], said=subprocess.PIPE)
    assert code == 0, said[-8000:]
