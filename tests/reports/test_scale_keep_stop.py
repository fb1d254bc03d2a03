"""What the figures of a month speak for: campaigns by what they leave, articles by whether their readers go on."""

from __future__ import annotations

import pytest

from minilens.measure.funnels.significance import Rate
from minilens.render.as_month import as_verdicts
from minilens.reports.reviews.campaigns import CampaignMargin
from minilens.reports.reviews.verdicts import FEW, Earned, Judged, of_articles, of_campaign
from minilens.text import LANGUAGES

GOOD, BAD = Earned(100, 2.0, 50), Earned(-10, 0.5, 50)


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (GOOD, None, Judged("scale", "earns_first")),
        (GOOD, Earned(80, 1.9, 40), Judged("scale", "earns")),
        (GOOD, Earned(120, 2.1, 60), Judged("keep", "earns_less")),
        (Earned(100, 2.0, FEW - 1), None, Judged("keep", "few_conversions")),
        (Earned(0, 1.0, 50), GOOD, Judged("keep", "even")),
        (BAD, GOOD, Judged("keep", "lost_now")),
        (BAD, None, Judged("stop", "lost")),
        (BAD, BAD, Judged("stop", "lost_twice")),
        (BAD, Earned(None, None, 0), Judged("stop", "lost")),
        (Earned(None, None, 0), GOOD, Judged("", "")),
    ],
)
def test_campaigns(now: Earned, before: Earned | None, told: Judged) -> None:
    assert of_campaign(now, before) == told


def test_articles() -> None:
    """Each against all the others: 20 of 100 and 5 of 300, the middle one as usual; few readers say nothing."""
    found = of_articles([Rate(60, 200), Rate(35, 260), Rate(5, 300), Rate(1, 3)])
    assert [one.verdict for one in found] == ["scale", "keep", "stop", ""]
    assert of_articles([Rate(60, 200)]) == [Judged()]
    assert of_articles([]) == []


def test_in_words() -> None:
    some = [
        CampaignMargin("spring", 10, 200, 190, 20.0, Judged("scale", "earns")),
        CampaignMargin("", 10, 0, -10, 0.0, Judged("stop", "lost")),
        CampaignMargin("new", 10, None, None, None, Judged()),
    ]
    for language in LANGUAGES:
        scale, keep, stop = as_verdicts(some, None, language)
        assert [one.name for one in scale.items] == ["spring"]
        assert scale.items[0].why
        assert keep.items == ()
        assert [one.name for one in stop.items] == [
            {"zh": "无推广活动", "en": "No campaign"}[language]
        ]
        assert as_verdicts(some[2:], None, language) == []
