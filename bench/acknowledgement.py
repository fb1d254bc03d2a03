"""How long an acknowledgement takes at half the load that ingest reached, while ten people click."""

from __future__ import annotations

from bench import demo_data
from bench.options import Options
from bench.people import People
from bench.result import Row, percentile
from bench.senders import Seen, finish, start
from bench.server import Server, command


def measure(options: Options) -> list[Row]:
    """A constant rate over many lines; each batch's time counts from the moment it was due."""
    data = demo_data.copied(options, "acknowledgement")
    key = command(data, "apps", "create", "bench").split()[-1]
    with Server(data) as server:
        people = People(server.url, server.signed_in(), ("demo", "bench"))
        people.start()
        try:
            seen = send(server, key, options)
        finally:
            people.stop()
        complaints = server.complaints()
    print(f"  {len(people.took)} clicks; wrong: {people.wrong[:1]}; {complaints}")
    return rows(seen, people, options.rate / 2)


def send(server: Server, key: str, options: Options) -> Seen:
    """Half of what ingest reached, for a while."""
    seconds = options.load_minutes * 60
    generator = start(
        port=server.port,
        key=key,
        seconds=seconds,
        connections=options.connections * 2,
        devices=options.devices,
        rate=options.rate / 2,
    )
    return finish(generator, seconds)


def rows(seen: Seen, people: People, rate: float) -> list[Row]:
    """The rows of the table."""
    sent, clicks = seen.acknowledged / seen.seconds, people.took
    return [
        Row(
            "acknowledgement p99 at half that load, ten people clicking",
            seen.p99,
            "ms",
            50,
            note=f"p50 {seen.p50:.1f}, p99.9 {seen.p999:.1f}, longest {seen.longest:.1f} ms; "
            f"{sent:,.0f} of {rate:,.0f} events/s due; wrong answers {seen.wrong or 0}, "
            f"unanswered {seen.unanswered}",
        ),
        Row(
            "a click meanwhile, p95",
            percentile(clicks, 0.95),
            "ms",
            note=f"median {percentile(clicks, 0.5):.0f}, longest {max(clicks, default=0):.0f} ms of "
            f"{len(clicks)} clicks on the trend, {len(people.wrong)} failed",
        ),
    ]
