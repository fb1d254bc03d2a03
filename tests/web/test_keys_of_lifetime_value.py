"""What tells orders apart goes through the builder's form and back, and a refusal stands at its field."""

from __future__ import annotations

import pytest

from minilens.reports.question import decoded
from minilens.reports.questions.ltv import LtvQuestion
from minilens.web.ltv import form
from minilens.web.ltv.question import ltv_of, tree_of


@pytest.mark.parametrize(
    "keys",
    [
        b'"key":{"property":"order_id"}',
        b'"key":{"field":"target_id"},"refund_key":{"property":"refund_id"}',
    ],
)
def test_what_tells_orders_apart_is_in_the_form(keys: bytes) -> None:
    question = decoded(b'{"kind":"ltv",' + keys + b"}", LtvQuestion)
    again = ltv_of(tree_of(question))
    assert (again.key, again.refund_key) == (question.key, question.refund_key)


def test_a_refusal_stands_at_its_field() -> None:
    assert form.input_of("key.field", {}) == "key"
    assert form.input_of("refund_key.property", {}) == "refund_key"
