"""One event as a line of the stream of the newest: every text that the browser writes."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from minilens.measure.dimensions import DIMENSIONS
from minilens.measure.newest import Happened
from minilens.reference import events, models, scenes
from minilens.reference.cities import CITIES
from minilens.render.i18n import translate
from minilens.text import Language


class Line(msgspec.Struct, frozen=True):
    """`time` is the app's local time, `moment` the same for machines. What is not known is empty."""

    time: str
    moment: str
    name: str
    event: str
    page: str
    scene: str
    place: str
    device: str
    person: str
    source: str


def as_event(happened: Happened, timezone: str, language: Language, now: datetime) -> Line:
    """The line in one language. Its day is written where it is not today's."""
    _ = translate(language)
    zone = ZoneInfo(timezone)
    moment = datetime.fromtimestamp(happened.at / 1000, UTC).astimezone(zone)
    today = moment.date() == now.astimezone(zone).date()
    known = events.BUILT_IN.get(happened.name)
    name = (known.zh if language == "zh" else known.en) if known else happened.name
    return Line(
        time=f"{moment:%H:%M:%S}" if today else f"{moment:%m-%d %H:%M:%S}",
        moment=moment.isoformat(timespec="milliseconds"),
        name=name,
        event=happened.name,
        page=happened.page,
        scene=scene(happened.scene, language),
        place=place(happened.province, happened.city, language),
        device=device(happened.brand, happened.model),
        person=_("User …%(number)s") % {"number": f"{happened.person % 10_000:04d}"},
        source=happened.source,
    )


def place(province: str, city: str, language: Language) -> str:
    """广东 深圳, Shenzhen, Guangdong; a city that is a province is said once."""
    region = DIMENSIONS["province"].shown(province, language)
    if language == "zh":
        return " ".join(part for part in (region, city if city != province else "") if part)
    known = CITIES.get(city)
    inner = known.name if known else city
    return ", ".join(part for part in (inner if city != province else "", region) if part)


def device(brand: str, model: str) -> str:
    """Apple iPhone 15, by its trade name; a brand that its model begins with is not said twice."""
    model = models.name(model)
    if brand and model.lower().startswith(brand.lower()):
        return model
    return f"{brand} {model}".strip()


def scene(code: int, language: Language) -> str:
    """1047 扫描小程序码; nothing where none is known."""
    if not code:
        return ""
    found = scenes.scene(code)
    return f"{code} {found.title.of(language)}"
