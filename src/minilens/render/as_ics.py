"""What happened on which day as a calendar (iCalendar, RFC 5545): one event of a whole day each.

A whole day has no zone: it is that day wherever the calendar is read, as it is on the chart. Its end is the day after,
which does not belong to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

#: Bytes of a line, without its end; a longer one goes on in the next, behind a blank.
LONGEST = 75
#: How often a calendar may be fetched again, for programs that ask.
REFRESH = "PT1H"


def as_ics(
    title: str, zone: str, happened: Iterable[tuple[int, date, str, datetime]], uid: Callable[[int], str]
) -> str:  # fmt: skip
    """The calendar of that title: number, day, words and the moment when they were written, of each.

    `uid` makes the identifier of a number: the same each time, or calendars show it twice.
    """
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Minilens//Annotations//EN", "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH", f"X-WR-CALNAME:{escaped(title)}", f"X-WR-TIMEZONE:{escaped(zone)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}",
    ]  # fmt: skip
    for number, day, text, written in happened:
        lines += [
            "BEGIN:VEVENT", f"UID:{uid(number)}", f"DTSTAMP:{written.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(text)}", "TRANSP:TRANSPARENT", "END:VEVENT",
        ]  # fmt: skip
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def escaped(text: str) -> str:
    """A text as a value."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> list[str]:
    """A line in parts that are short enough; no letter is torn apart."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST:
            parts.append(part)
            part = " "
        part += letter
    return [*parts, part]
