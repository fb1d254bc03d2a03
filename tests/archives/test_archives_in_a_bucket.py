"""An archive in a store that speaks S3 is the archive of a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from minilens.errors import CannotStart
from minilens.serve.archives import keeping, manifest
from minilens.serve.archives.place import place_of
from minilens.settings import Settings
from tests.archives.s3_store import Store, store
from tests.pipeline import Happening, House, at

pytestmark = pytest.mark.waits


@pytest.fixture
def bucket() -> Iterator[Store]:
    with store() as server:
        yield server


def address(bucket: Store) -> str:
    return f"s3://key:s%2Fecret@kept/mini?endpoint=http://127.0.0.1:{bucket.server_port}&region=x"


def test_months_lie_in_a_bucket_as_in_a_folder(
    house: House, settings: Settings, bucket: Store, tmp_path: Path
) -> None:
    house.load(
        [
            Happening(at("2025-10-05 10:00"), device="a"),
            Happening(at("2025-11-05 10:00"), device="b"),
        ]
    )
    house.build()
    of, app = replace(settings, archive=address(bucket)), house.app.name
    asked = {"do": "keep", "to": of.archive, "app": app}
    kept = keeping.answered(house.pipeline, of, asked)["kept"]
    assert isinstance(kept, list)
    assert [(one["month"], one["events"]) for one in kept] == [("2025-10", 1), ("2025-11", 1)]
    assert keeping.answered(house.pipeline, of, asked) == {"kept": []}
    assert keeping.answered(house.pipeline, of, asked | {"do": "check"}) == {
        "months": 2,
        "events": 2,
    }
    keeping.answered(house.pipeline, of, asked | {"to": str(tmp_path)})
    for name in (manifest.CSV, manifest.PARQUET, manifest.MAPPING, manifest.SUMS):
        stored = bucket.objects[f"/kept/mini/{app}/2025-10/{name}"]
        assert stored == (tmp_path / app / "2025-10" / name).read_bytes()
    assert any("key" in one for one in bucket.signed)
    house.load([Happening(at("2025-10-06 10:00"), device="c")])
    again = keeping.answered(house.pipeline, of, asked)["kept"]
    assert isinstance(again, list)
    assert [(one["month"], one["why"]) for one in again] == [("2025-10", "changed")]


def test_a_store_that_does_not_answer_is_named_without_its_keys(
    bucket: Store, tmp_path: Path
) -> None:
    gone = address(bucket).replace(str(bucket.server_port), "9")
    (tmp_path / "file").write_text("x")
    with pytest.raises(CannotStart) as error:
        place_of(gone).put(tmp_path / "file", "x")
    assert "s3://kept/mini" in str(error.value)
    assert "ecret" not in str(error.value)
