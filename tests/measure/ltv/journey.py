"""The value of the households of the grocer, counted from the file alone."""

from __future__ import annotations

import csv
import gzip
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
Found = dict[tuple[str, ...], list[str]]


def payments(file: Path) -> dict[str, list[tuple[date, Decimal]]]:
    """Of each household the days and amounts of what it paid."""
    found: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["event_name"] == "pay_success":
                day = datetime.fromisoformat(row["ts"]).astimezone(ZONE).date()
                found[row["user_id"]].append((day, Decimal(row["value"])))
    return found


def cohorts(file: Path) -> Found:
    """Month of the first payment → households, returned in 7, 14, 30 days, with two payments, payments, revenue."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for paid in payments(file).values():
        first = min(day for day, _ in paid)
        month = f"{first:%Y-%m}-01"
        mine = found[month]
        mine["users"] += 1
        for days in (7, 14, 30):
            last = first + timedelta(days=days)
            mine[f"back_{days}"] += any(first < day <= last for day, _ in paid)
        mine["repeat"] += len(paid) > 1
        mine["orders"] += len(paid)
        sums[month] += sum(amount for _, amount in paid)
    names = ("users", "back_7", "back_14", "back_30", "repeat", "orders")
    return {(m,): [*(str(of[one]) for one in names), str(sums[m])] for m, of in found.items()}


def triangle(file: Path, cells: tuple[int, ...]) -> Found:
    """Month of the first payment and days later → households with two payments up to then, payments, revenue."""
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    sums: dict[tuple[str, ...], Decimal] = defaultdict(Decimal)
    for paid in payments(file).values():
        first = min(day for day, _ in paid)
        for later in cells:
            key = (f"{first:%Y-%m}-01", str(later))
            some = [amount for day, amount in paid if day <= first + timedelta(days=later)]
            found[key]["repeat"] += len(some) > 1
            found[key]["orders"] += len(some)
            sums[key] += sum(some)
    return {
        key: [str(of["repeat"]), str(of["orders"]), str(sums[key])] for key, of in found.items()
    }
