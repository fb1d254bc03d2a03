"""The form of the reporting currency and the rates to it."""

from __future__ import annotations

from tests.web.cast import Theatre
from tests.web.test_settings_of_an_app import EN, HERE, send


def test_rates_are_handed_in_line_by_line(
    theatre: Theatre,
) -> None:
    admin, analyst = theatre.client("admin"), theatre.client("analyst")
    saved = send(
        admin, f"{HERE}/rates", currency="cny", rates="USD,2026-01-01,7.05\nEUR,2026-01-01,8\n"
    )
    assert saved.status_code == 303
    assert [one.currency for one in theatre.records.rates.of(1).rates] == ["EUR", "USD"]
    page = admin.get(HERE, headers=EN).text
    assert "EUR,2026-01-01,8\nUSD,2026-01-01,7.05\n</textarea>" in page
    wrong = send(admin, f"{HERE}/rates", currency="CNY", rates="USD,2026-01-01,x")
    assert (wrong.status_code, "rates[1].rate" in wrong.text, "USD,2026-01-01,x" in wrong.text) == (
        422,
        True,
        True,
    )
    assert 'id="w-currency"' in send(admin, f"{HERE}/rates", currency="yuan", rates="").text
    assert send(admin, f"{HERE}/rates", currency="CNY", rates=" ").status_code == 303
    assert theatre.records.rates.of(1).rates == ()
    assert send(analyst, f"{HERE}/rates", currency="CNY", rates="").status_code == 403
