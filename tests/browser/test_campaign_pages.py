"""The pages of Campaigns, of Ads and cost and of lifetime value, at both widths, in both languages and themes."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.browser.conftest import Opener
from tests.browser.everywhere import everywhere
from tests.browser.looks import assert_looks_right

pytestmark = pytest.mark.waits

ATTRIBUTION = {"kind": "attribution", "conversion": {"event": "pay_success"}, "by": ["campaign"]}
#: With cards that bring themselves.
REPORTS = ("campaigns", "campaign?campaign=spring", "ads")
FORMS = ("links", "links/codes", "costs", "attribution", "ltv")
ANSWERS = {"attribution": ATTRIBUTION, "ltv": {"kind": "ltv"}}


@everywhere
def test_every_page(visit: Opener, size: str, language: str, theme: str) -> None:
    seen = visit(size, language, theme)
    for path in REPORTS:
        seen.open(f"/a/cafe/{path}", f"{path.partition('?')[0]}-trend")
        assert_looks_right(seen.through(), path)
    for path in FORMS:
        seen.page.goto(f"{seen.site.address}/a/cafe/{path}")
        assert_looks_right(seen.page, path)
    for path, question in ANSWERS.items():
        told = quote(json.dumps(question))
        seen.page.goto(f"{seen.site.address}/a/cafe/{path}?question={told}#answer")
        seen.page.wait_for_selector("#answered [data-state=shown]")
        assert_looks_right(seen.page, f"{path} answered")
    seen.page.goto(f"{seen.site.address}/a/cafe/shares")
    assert_looks_right(seen.through(), "shares")
    assert seen.complaints == []
