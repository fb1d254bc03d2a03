"""The shape of the history: people come back, buy, and keep the rhythm of the week."""

from __future__ import annotations

from collections import Counter, defaultdict

from minilens.demo.growth import LAUNCH_DAY_OFFSET, launch_day
from minilens.demo.menu import CART, CHECKOUT, DETAIL, HOME

from .conftest import Past

EAST = 8 * 3_600_000
DAY = 86_400_000


def days_of_devices(past: Past) -> dict[int, set[int]]:
    days: dict[int, set[int]] = defaultdict(set)
    for batch, event in past.events:
        if event.name == "page_view":
            days[batch.device].add((event.ts + EAST) // DAY)
    return days


def test_some_come_again_fewer_and_fewer(past: Past) -> None:
    days = days_of_devices(past)
    last = max(map(max, days.values()))

    def retention(after: int) -> float:
        due = [seen for seen in days.values() if min(seen) + after < last]
        return sum(min(seen) + after in seen for seen in due) / len(due)

    assert 0.13 < retention(1) < 0.30
    assert 0.04 < retention(7) < 0.15
    assert 0.015 < retention(30) < 0.09


def test_more_come_as_time_goes_and_most_at_the_launch(past: Past) -> None:
    days = days_of_devices(past)
    first = min(map(min, days.values()))
    new = Counter(min(seen) - first for seen in days.values())
    launch = new[LAUNCH_DAY_OFFSET] + new[LAUNCH_DAY_OFFSET + 1]
    around = [new[n] for n in (*range(50, 60), *range(65, 75))]
    assert launch / 2 > 1.6 * sum(around) / len(around)
    active = Counter(day - first for seen in days.values() for day in seen)
    assert sum(active[n] for n in range(75, 89)) > 1.5 * sum(active[n] for n in range(14))


def test_the_launch_moves_with_the_length_of_the_history() -> None:
    assert (launch_day(90), launch_day(30)) == (LAUNCH_DAY_OFFSET, LAUNCH_DAY_OFFSET // 3)


def test_fewer_take_each_step_to_the_payment(past: Past) -> None:
    steps = [("page_view", page) for page in (HOME, DETAIL, CART, CHECKOUT)]
    steps.append(("pay_success", CHECKOUT))
    reached = [0] * 5
    for events in past.sessions().values():
        step = 0
        for event in events:
            if step < 5 and (event.name, event.page) == steps[step]:
                reached[step] += 1
                step += 1
    home, detail, cart, checkout, paid = (n / reached[0] for n in reached)
    assert home == 1
    assert 0.35 < detail < 0.55
    assert 0.13 < cart < 0.27
    assert 0.08 < checkout < 0.18
    assert 0.05 < paid < 0.14
    assert paid < checkout < cart < detail


def test_workdays_are_busier_and_begin_earlier_than_weekends(past: Past) -> None:
    hours: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    for _, event in past.events:
        if event.name == "page_view":
            weekend = ((event.ts + EAST) // DAY + 3) % 7 >= 5
            hours[weekend][(event.ts + EAST) // 3_600_000 % 24] += 1
    shares = {
        weekend: {hour: n / sum(found.values()) for hour, n in found.items()}
        for weekend, found in hours.items()
    }
    assert sum(hours[False].values()) / 5 > 1.1 * sum(hours[True].values()) / 2
    assert shares[False][8] > 1.5 * shares[True][8]
    assert shares[True][11] > shares[False][11]
    assert shares[False][8] > shares[False][11] < shares[False][13]
    assert all(share.get(4, 0.0) < 0.02 for share in shares.values())


def test_versions_follow_one_another(past: Past) -> None:
    first: dict[str, int] = {}
    for batch in past.batches:
        if batch.env == "release":
            first.setdefault(batch.app_version, batch.at)
    assert list(first) == sorted(first)
    assert next(iter(first)) == "1.8.0"
    assert list(first)[-1] == "2.1.0"
    assert len(first) >= 5


def test_people_come_by_many_scenes(past: Past) -> None:
    scenes = Counter(batch.sources[0].scene for batch in past.batches)
    assert {1001, 1005, 1007, 1008, 1011, 1035, 1037, 1043, 1045, 1047, 1058, 1089, 1103, 1107} <= (
        set(scenes)
    )
    assert scenes.most_common(1)[0][0] == 1089
