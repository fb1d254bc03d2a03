"""Pictures at signed addresses: the same bytes for 30 days, and nothing for anybody else."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minilens.deliver.pictures import DAY_MS, DAYS, Pictures

NOW = 20_800 * DAY_MS + 12_345
SITE = "https://stats.example.com"
PNG = b"\x89PNG one"


def name(address: str) -> str:
    assert address.startswith(f"{SITE}/m/")
    return address.removeprefix(f"{SITE}/m/")


def test_for_thirty_days(tmp_path: Path) -> None:
    kept = Pictures(tmp_path, b"secret", SITE)
    one = name(kept.keep(PNG, NOW))
    assert name(kept.keep(PNG, NOW + 1000)) == one
    other = name(kept.keep(b"two", NOW))
    assert other != one
    for later in (0, DAYS):
        assert kept.find(one, NOW + later * DAY_MS) == PNG
    assert kept.find(one, NOW + (DAYS + 1) * DAY_MS) is None
    kept.sweep(NOW + DAYS * DAY_MS)
    assert kept.find(one, NOW) == PNG
    assert kept.find(other, NOW) == b"two"
    (tmp_path / "pictures" / "20000-begun.part").write_bytes(b"")
    kept.sweep(NOW + (DAYS + 1) * DAY_MS)
    assert kept.find(one, NOW) is None
    assert not list((tmp_path / "pictures").iterdir())


def test_a_server_without_a_public_address_keeps_none(tmp_path: Path) -> None:
    kept = Pictures(tmp_path, b"secret", "")
    assert kept.keep(PNG, NOW) == ""
    assert not list(tmp_path.iterdir())
    kept.sweep(NOW)


def test_another_secret_signs_otherwise(tmp_path: Path) -> None:
    one = name(Pictures(tmp_path, b"secret", SITE).keep(PNG, NOW))
    assert Pictures(tmp_path, b"other", SITE).find(one, NOW) is None
    assert (tmp_path / "pictures").stat().st_mode & 0o077 == 0


@settings(suppress_health_check=list(HealthCheck))
@given(st.text(max_size=80) | st.integers(0, 200).map(str), st.integers(0, 79))
def test_no_other_name_opens_one(tmp_path: Path, text: str, at: int) -> None:
    kept = Pictures(tmp_path, b"secret", SITE)
    one = name(kept.keep(PNG, NOW))
    assert kept.find(text, NOW) is None
    other = (
        one[: at % len(one)]
        + ("0" if one[at % len(one)] != "0" else "1")
        + one[at % len(one) + 1 :]
    )
    assert kept.find(other, NOW) is None
