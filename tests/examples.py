"""How many examples a property is asked: few before a change lands, many in `make test-long`.

The profiles stand in conftest.py; `--hypothesis-profile long` chooses the long one for any test. There
MINILENS_TEST_EXAMPLES=300 asks each property so many, whatever it says itself.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings


def at_length() -> bool:
    """Whether this run has time: only then the examples are new ones each time."""
    return not settings().derandomize


def examples(landing: int, long: int) -> settings:
    """So many examples before a change lands, so many in the long runs."""
    asked = int(os.environ.get("MINILENS_TEST_EXAMPLES") or long)
    return settings(max_examples=asked if at_length() else landing)


def costly(landing: int, long: int) -> settings:
    """The same where an example takes a second: making a failure smaller would take minutes."""
    phases = tuple(Phase) if at_length() else (Phase.explicit, Phase.generate)
    return settings(
        examples(landing, long), phases=phases, report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
