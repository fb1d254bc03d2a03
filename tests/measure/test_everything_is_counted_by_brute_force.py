"""Whoever adds a measure or a dimension counts it by brute force too, and has the two compared."""

from __future__ import annotations

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.measures import MEASURES
from minilens.reports.kinds import audience
from tests.measure.filtered_oracle import SAYS
from tests.measure.ledger_oracle import ARRIVED, COUNTED
from tests.measure.oracle import COUNTS
from tests.measure.test_a_page_of_its_own import ORDER
from tests.measure.test_campaigns_against_brute_force import OF_CAMPAIGNS
from tests.measure.test_content import CONTENT
from tests.measure.test_costs import COSTED
from tests.measure.test_distributions import SHARED
from tests.measure.test_filters_against_brute_force import ASKED, OF_PAGES
from tests.measure.test_live_against_brute_force import COMPARED
from tests.measure.test_load_times import LOADS
from tests.measure.test_retention import RETAINED
from tests.measure.test_scans import SCANNED
from tests.pipeline import OF_TREND


def test_every_measure_is_counted_and_compared() -> None:
    assert {
        *COUNTS,
        *ORDER,
        *LOADS,
        *RETAINED,
        *SHARED,
        *SCANNED,
        *COUNTED,
        *ARRIVED,
        *OF_CAMPAIGNS,
        *COSTED,
        *CONTENT,
    } == set(MEASURES)
    assert {
        *OF_TREND,
        *OF_PAGES,
        *ORDER,
        *COMPARED,
        *LOADS,
        *RETAINED,
        *SHARED,
        *SCANNED,
        *COUNTED,
        *ARRIVED,
        *OF_CAMPAIGNS,
        *COSTED,
        *CONTENT,
        *audience.MEASURES,
    } == set(MEASURES), "a list of a brute-force test lacks some"


def test_every_dimension_is_counted_and_filtered_by() -> None:
    # events say nothing of them: see test_gender_and_age and test_regions_by_profile
    of_persons = {"gender", "age", "person_province", "person_city"}
    assert {*SAYS, *of_persons} == set(DIMENSIONS)
    assert {*ASKED, *of_persons} == set(DIMENSIONS)
