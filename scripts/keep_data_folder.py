"""Keeps a small data folder of the present program, for the programs to come to open.

    python scripts/keep_data_folder.py tests/upgrade/kept/from_9697cb5

writes FILE.tar.xz, a data folder with some hundred events of which the last are received and not loaded yet,
and FILE.json, what its reports say. tests/upgrade opens each with the program of that day. Run it before a change
that brings a new schema; the file is never made again afterwards.
"""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from minilens.identity.actor import actor, session
from minilens.spool.record import Batch, Event, Source, encode
from minilens.spool.writer import Writer, frame

#: The questions whose answers are kept. Days that are over: the answers never change.
QUESTIONS = (
    "overview.trend --from 2026-11-01 --to 2026-11-14",
    "overview.trend --from 2026-11-01 --to 2026-11-14 --grain week",
    "overview.trend --from 2026-11-01 --to 2026-11-14 --filter province:is:广东",
    "overview.pages --from 2026-11-01 --to 2026-11-14 --top 20",
    "overview.entries --from 2026-11-01 --to 2026-11-14 --top 20",
    "overview.pages --from 2026-11-01 --to 2026-11-14 --filter scene:is_not:1047",
    "overview.pages --from 2026-11-01 --to 2026-11-14 --filter province:is:广东",
    "overview.entries --from 2026-11-01 --to 2026-11-14 --filter newness:is:new",
    "overview.entries --from 2026-11-01 --to 2026-11-14 --filter app_version:is_unknown",
    "live.visits --from 2026-11-12T08:00 --to 2026-11-12T20:00 --step 60",
)
FIRST = 1_793_462_400_000  # 2026-11-01 00:00 in Shanghai
DAY = 86_400_000
PAGES = ("pages/index", "pages/menu", "pages/order", "pages/me")


def main(arguments: list[str]) -> int:
    """Make both files."""
    kept = Path(arguments[0])
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        fill(data, Path(folder))
        copy = Path(folder) / "copy"
        shutil.copytree(data, copy, symlinks=True)
        figures = {question: rows(copy, question) for question in QUESTIONS}
        with tarfile.open(f"{kept}.tar.xz", "w:xz", preset=9) as archive:
            archive.add(data, "data")
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    Path(f"{kept}.json").write_text(text + "\n", encoding="utf-8")
    print(f"{kept}.tar.xz: {Path(f'{kept}.tar.xz').stat().st_size >> 10} KiB")
    return 0


def fill(data: Path, folder: Path) -> None:
    """Two apps, a token, a rotated key; imported events, and batches of phones that nobody has loaded."""
    titles = ("--zh", "小店", "--en", "Shop")
    minilens(data, "apps", "create", "shop", "--timezone", "Asia/Shanghai", *titles)
    minilens(data, "apps", "create", "other", "--timezone", "Europe/Paris")
    minilens(data, "keys", "rotate", "shop")
    minilens(data, "tokens", "create", "shop", "--scope", "report:read")
    file = folder / "orders.csv"
    write_orders(file)
    said = minilens(data, "import", str(file), "--app", "shop")
    if "330 events read, 0 lines rejected" not in said:
        raise SystemExit(said)
    writer = Writer(data / "spool" / "main", reserve=0)
    for batch in phones():
        writer.write(frame(encode(batch)))
    writer.close()
    for name in ("server.lock", "engine.sock"):
        (data / name).unlink(missing_ok=True)


def write_orders(file: Path) -> None:
    """Ten days of rows in the flat schema."""
    dice = random.Random(9)
    with file.open("w", newline="", encoding="utf-8") as out:
        write = csv.writer(out).writerow
        write(("event_name", "user_id", "session_id", "page", "scene", "value", "currency", "ts"))
        for n in range(300):
            user, ts = dice.randrange(40), FIRST + dice.randrange(10 * DAY)
            visit = f"s{user}-{ts // DAY}"
            page, scene = dice.choice(PAGES), dice.choice((1001, 1047, 1089))
            moment = datetime.fromtimestamp(ts // 1000, UTC).isoformat()
            write(("page_view", f"u{user}", visit, page, scene, "", "", moment))
            if n % 10 == 0:
                write(("pay_success", f"u{user}", visit, page, "", "19.90", "CNY", moment))


def phones() -> list[Batch]:
    """What trackers send on four days more; an undeclared event among it, and one event twice."""
    dice, app, found = random.Random(7), 1, []
    for n in range(60):
        at = FIRST + 10 * DAY + dice.randrange(4 * DAY)
        device = f"phone-{dice.randrange(25)}"
        number = actor(app, "device", device)
        names = ["page_view", "page_view", "share" if n % 6 == 0 else "page_view"]
        names += ["never_declared"] if n % 15 == 0 else []
        events = [
            Event(
                i=i, id=f"0193f{n % 58:03x}-0000-7000-8000-{i:012x}", name=name, ts=at + i * 4000, actor=number,
                session=session(app, f"{device}-{at // DAY}"), seq=i, page=dice.choice(PAGES), o=1,
            )
            for i, name in enumerate(names)
        ]  # fmt: skip
        found.append(
            Batch(
                at=at + 60_000, app=app, via="tracker", key=2, device=number, received=len(events),
                province=dice.choice(("广东", "上海", "")), brand="Apple", model="iPhone 15",
                app_version="1.2.0", sources=[Source(scene=dice.choice((1001, 1047)))], events=events,
            )
        )  # fmt: skip
    return found


def rows(data: Path, question: str) -> object:
    """The rows of a report's answer."""
    answer = minilens(data, "report", *question.split(), "--app", "shop", "--format", "json")
    return json.loads(answer)["rows"]


def minilens(data: Path, *words: str) -> str:
    """Output of `minilens …` on this folder."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MINILENS_")}
    done = subprocess.run(
        [sys.executable, "-m", "minilens.cli.main", *words],
        env={**environment, "MINILENS_DATA": str(data), "MINILENS_RESERVE_MB": "0"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
