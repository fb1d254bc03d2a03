"""The process says how it logs; making the site changes nothing about it."""

from __future__ import annotations

import logging

from minilens.web.app import create_app
from tests.web.cast import Theatre


def test_making_the_site_leaves_the_log_alone() -> None:
    root = logging.getLogger()
    before = list(root.handlers), root.level
    theatre = Theatre()
    create_app(theatre.console())
    theatre.close()
    assert (list(root.handlers), root.level) == before
