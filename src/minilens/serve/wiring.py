"""What the console and the commands ask, answered by the pipeline."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from minilens.deliver.pictures import Pictures
from minilens.errors import EngineFailed
from minilens.identity.not_added import lately
from minilens.identity.types import types_of
from minilens.load.pipeline import Pipeline
from minilens.measure.days.first_day import first_day
from minilens.measure.execution.executor import QueryExecutor
from minilens.measure.field_samples import FieldSample, field_samples
from minilens.measure.filters import Filters
from minilens.measure.newest import Happened, newest
from minilens.measure.payments.query import PaymentsQuery
from minilens.measure.prepared import AsOf
from minilens.measure.query import Traffic
from minilens.measure.run import AnyQuery
from minilens.measure.table import Table
from minilens.period import now, now_ms, today
from minilens.records.rights import OF_PERSONS, missing
from minilens.records.store import App as Recorded
from minilens.reference import province_map
from minilens.render.annotations import Mark
from minilens.render.as_text import as_text
from minilens.render.heading import Subject
from minilens.reports import find, needs_first_day, read_for_programs
from minilens.reports.arguments import OF_COMMANDS, check, check_of_report
from minilens.reports.behind import Behind
from minilens.reports.event_names import events, with_unknown
from minilens.reports.kinds.questions import QuestionRequest
from minilens.reports.parameters import FORMS
from minilens.reports.question import decoded
from minilens.reports.request import AppContext, ReportRequest
from minilens.reports.request_values import choice
from minilens.serve import persons, quarantine, virtual, why
from minilens.serve.cohorts import Cohorts
from minilens.serve.completed import completed, members_of
from minilens.serve.first_days import FirstDays
from minilens.serve.message_doors import message_doors
from minilens.serve.sending import channel_doors
from minilens.serve.status import DAY_MS, FAILS_AFTER, away, others, waiting_events
from minilens.serve.transfer import person_file
from minilens.serve.unreported import UnreportedEvents
from minilens.settings import Settings
from minilens.spool.arrivals import arrivals
from minilens.spool.test_mode import events_in_test
from minilens.spool.turned_away import turned_away
from minilens.text import Language
from minilens.warehouse.engine import Engine
from minilens.warehouse.limits import Limits
from minilens.web.catalogs import catalog_of
from minilens.web.cohorts.doors import SEES_PERSONS
from minilens.web.console import App, Arrived, Console, Notice, NoticeKind, Users
from minilens.web.reports import formats
from minilens.web.reports.annotations import marked
from minilens.web.reports.ask import as_json_with_question, as_report
from minilens.web.reports.questions import ARGUMENTS, PREFIX, as_request
from minilens.web.reports.questions import found as found_question

#: How many of the newest events are looked at, and how late they may come.
MOST_NEWEST, LATE_DAYS = 50, 30
FORMATS = ("table", *FORMS)
#: Seconds that the question of a command waits for its turn.
PATIENCE_OF_COMMANDS = 60.0
#: Arguments as they come: a name may come more than once.
Pairs = list[tuple[str, str]]


def questions(
    pipeline: Pipeline,
    settings: Settings,
    failed: Callable[[EngineFailed], None] = lambda error: None,
) -> QueryExecutor:
    """The way of the site's questions: connections of their own, whose every question has its limits.

    `failed` is told what the engine could not answer.
    """
    limits = Limits(settings.question_seconds, settings.question_rows)
    engine = Engine(pipeline.engine.dsn, memory_mb=settings.memory_mb, limits=limits)
    engine.kept.most = settings.kept_mb << 20
    return QueryExecutor(engine, failed=failed)


def console(pipeline: Pipeline, settings: Settings, asked: QueryExecutor) -> Console:
    """What the site asks, wired to the pipeline."""
    first_days, cohorts = FirstDays(pipeline.engine), cohorts_of(pipeline, asked)
    return Console(
        apps=lambda: [_shown(app) for app in pipeline.records.apps.all()],
        answer=lambda _report, query, app: _answered(pipeline, asked, cohorts, query, app),
        records=pipeline.records,
        secret=settings.secret,
        collecting=lambda app: _collecting(pipeline, settings, app),
        timezone=settings.timezone,
        most_names=pipeline.loader.names.most,
        public_url=settings.public_url,
        keys_used=lambda app: keys_used(pipeline.engine, app.id),
        through=lambda: pipeline.loader.through,
        first_day=lambda app: first_days.of(app.id, app.timezone),
        notices=lambda app: notices(pipeline, app.id),
        unknown_keys=lambda: turned_away(pipeline.spool, now_ms()).keys,
        arrived=lambda app: _arrived(pipeline, app),
        events_in_test=lambda name: events_in_test(pipeline.spool, name),
        samples=lambda app, users: _samples(asked.engine, app, users),
        unreported=UnreportedEvents(pipeline).of,
        properties=lambda app: property_names(asked.engine, app.id),
        picture=lambda name: pictures_of(settings).find(name, now_ms()),
        province_map=functools.cache(lambda: province_map.of_setting(settings.map)),
        export_person=lambda app, person, by: person_file.exported(
            pipeline, pipeline.records.apps.named(app.name), person, by=by
        ),
        erase_person=lambda app, person, only_this, by: person_file.erased(
            pipeline, pipeline.records.apps.named(app.name), person, only_this=only_this, by=by
        ),
        persons=persons.doors(pipeline, asked.engine),
        cohorts=cohorts.doors(),
        channels=channel_doors(pipeline.records, settings),
        messages=message_doors(pipeline.records),
        quarantine=quarantine.door(pipeline),
        look_at_virtual=lambda app, name, meaning: virtual.looked_at(
            pipeline, pipeline.records.apps.named(app.name), name, meaning
        ),
        newest=functools.partial(_newest, pipeline, cohorts),
    )


def pictures_of(settings: Settings) -> Pictures:
    """Those of messages."""
    return Pictures(settings.data, settings.secret, settings.public_url)


#: So many events that wait are the ordinary state of a server under load.
FEW_WAITING = 20_000


def notices(pipeline: Pipeline, app: int) -> list[Notice]:
    """What fails or waits, and what came for an app in the last day and does not count."""
    failing = [one for one in pipeline.failures.all() if one.times >= FAILS_AFTER]
    counting = [one for one in failing if one.name in ("load", "build")]
    found = [Notice("failing", one.reason, since=one.since) for one in counting]
    count = waiting_events(pipeline.spool, others(pipeline))
    if count > (0 if found else FEW_WAITING):
        found.append(Notice("waiting", count=count))
    tasks = [one for one in failing if one not in counting]
    found += [Notice("task", one.reason, since=one.since, name=one.name) for one in tasks]
    found += [Notice("receiver", since=one.since, name=one.name) for one in away(pipeline)]
    found += [*_foreign(pipeline, app), *_refused_by_wechat(pipeline, app)]
    asked = {"app": app, "since": (now_ms() - DAY_MS) // 1000}
    for kind, sql in _NOT_COUNTED.items():
        try:
            rows = pipeline.engine.rows(sql, asked)
        except EngineFailed:  # it is said above; a part of the notices is better than none
            continue
        found += [Notice(kind, str(detail), int(n)) for detail, n in rows]
    found += [
        Notice("alarms", count=n)
        for one, n in pipeline.records.alarms.open_apps().items()
        if one == app
    ]
    return found + _types_not_added(pipeline, app, int(str(asked["since"])))


def _types_not_added(pipeline: Pipeline, app: int, since: int) -> list[Notice]:
    """Types of identities that nobody has added, of which values came."""
    names = types_of(pipeline.records.identity_types.all(app).get(app, ())).by_name
    try:
        return [Notice("types", *one) for one in lately(pipeline.engine, app, names, since)]
    except EngineFailed:  # as above
        return []


def _arrived(pipeline: Pipeline, app: App) -> Arrived:
    strangers = turned_away(pipeline.spool, now_ms())
    own = {key.id for key in pipeline.records.keys.of(app.id)}
    keys = {key: one for key, one in arrivals(pipeline.spool).items() if key in own}
    payments = strangers.payments.get(app.id, {})
    return Arrived(keys, strangers.appids.get(app.id, {}), strangers.keys, payments)


def _foreign(pipeline: Pipeline, app: int) -> list[Notice]:
    """Other mini programs that sent with a key of this app in the last day."""
    now = now_ms()
    senders = turned_away(pipeline.spool, now).appids.get(app, {})
    lately = {appid: one for appid, one in senders.items() if now - one.last < DAY_MS}
    if not lately:
        return []
    ours = next((one.appid for one in pipeline.records.apps.all() if one.id == app), "")
    return [Notice("foreign", appid, one.batches, one.first, ours) for appid, one in lately.items()]


def _refused_by_wechat(pipeline: Pipeline, app: int) -> list[Notice]:
    """That WeChat refuses the credentials of this app, as the last sign-in says."""
    own = {key.id for key in pipeline.records.keys.of(app)}
    asked = [one for key, one in arrivals(pipeline.spool).items() if key in own and one.wechat_at]
    last = max(asked, key=lambda one: one.wechat_at, default=None)
    if last is None or not last.wechat or now_ms() - last.wechat_at > DAY_MS:
        return []
    return [Notice("wechat", str(last.wechat), since=last.wechat_since)]


_NOT_COUNTED: dict[NoticeKind, str] = {
    "refused": "SELECT code, sum(n) AS events FROM (SELECT hour, app, reasons FROM ledger) "
    "ARRAY JOIN mapKeys(reasons) AS code, mapValues(reasons) AS n "
    "WHERE app = {app:UInt32} AND hour >= toDateTime({since:UInt32}, 'UTC') GROUP BY code ORDER BY events DESC, code",
    "quarantined": "SELECT reason, count() AS events FROM quarantine "
    "WHERE app = {app:UInt32} AND at >= toDateTime({since:UInt32}, 'UTC') GROUP BY reason ORDER BY events DESC, reason",
    "not_counted": "SELECT traffic, count() AS events FROM events WHERE app = {app:UInt32} "
    "AND day >= toDate({since:UInt32}) - 1 AND received >= toDateTime({since:UInt32}, 'UTC') "
    "AND traffic IN ('trial', 'develop', 'preview') GROUP BY traffic ORDER BY events DESC, traffic",
    "left_out": "SELECT any(example), sum(events) AS n FROM left_out_properties "
    "WHERE app = {app:UInt32} AND at >= toDateTime({since:UInt32}, 'UTC') HAVING n > 0",
}


def _answered(
    pipeline: Pipeline, asked: QueryExecutor, cohorts: Cohorts, query: AnyQuery, app: App
) -> Table:
    """The table of a question of the site; orders are single persons'."""
    if isinstance(query, PaymentsQuery) and query.show == "orders" and not SEES_PERSONS.get():
        raise missing(OF_PERSONS, "show")
    whole = completed(query, pipeline.records, cohorts.known)
    return asked.ask(whole, moment(pipeline, app.timezone))


def cohorts_of(pipeline: Pipeline, executor: QueryExecutor) -> Cohorts:
    """The cohorts of all apps."""
    return Cohorts(pipeline, executor, lambda zone: moment(pipeline, zone))


def moment(pipeline: Pipeline, timezone: str) -> AsOf:
    """When it is asked, and up to what has been loaded."""
    as_of = datetime.fromtimestamp(pipeline.as_of(), UTC)
    return AsOf(today(timezone), as_of, pipeline.loader.through)


def report(pipeline: Pipeline, executor: QueryExecutor, asked: Pairs) -> bytes:
    """A report as a command wants it: `name`, `app`, `format`, `lang`, and all that an address may say.

    A command waits its turn for longer than a page does.
    """
    given = dict(asked)
    if given["name"].startswith(PREFIX):
        return saved_question(pipeline, executor, asked)
    form = choice(given, "format", FORMATS, "table")
    found, app = find(given["name"]), pipeline.records.apps.named(given["app"])
    check_of_report(given, found, OF_COMMANDS)
    whole = formats.of_a_file([("compare", "none"), *asked], form)
    ever = needs_first_day(found, given.get("period", ""))
    first = first_day(pipeline.engine, app.id) if ever else None
    catalog = catalog_of(pipeline.records, app.id, whole)
    if given.get("person"):
        context = AppContext(app.timezone, now(), first, catalog)
        return _why(pipeline, executor, app, why.of_report(found, asked), context, given)
    state = read_for_programs(whole, found, app.timezone, now(), first, catalog=catalog)
    query = completed(state.query(app.id), pipeline.records, cohorts_of(pipeline, executor).known)
    as_of = moment(pipeline, app.timezone)
    result = executor.ask(query, as_of, patience=PATIENCE_OF_COMMANDS)
    marks = marked(pipeline.records, app.id, state)
    language: Language = "zh" if given.get("lang") == "zh" else "en"
    title = (app.zh if language == "zh" else app.en) or app.name
    of = formats.subject(state, title, app.timezone, language)
    return rendered(result, state, form, language, marks, of)


def asked(pipeline: Pipeline, executor: QueryExecutor, given: Pairs) -> bytes:
    """The answer to a question as a command wants it: `question`, `app`, `format`, `lang`."""
    told = dict(given)
    form = choice(told, "format", FORMATS, "table")
    app, question = pipeline.records.apps.named(told["app"]), decoded(told["question"])
    first = first_day(pipeline.engine, app.id) if question.period == "all" else None
    context = AppContext(app.timezone, now(), first)
    if told.get("person"):
        return _why(pipeline, executor, app, Behind(question), context, told)
    state = as_report(question, context, form)
    return told_in(pipeline, executor, app, state, form, told.get("lang", ""))


def _why(
    pipeline: Pipeline, executor: QueryExecutor, app: Recorded, of: Behind, context: AppContext,
    given: dict[str, str],
) -> bytes:  # fmt: skip
    """Why the person that is named is counted, or not."""
    known = cohorts_of(pipeline, executor).known

    def answered(query: AnyQuery) -> Table:
        whole = completed(query, pipeline.records, known)
        return executor.ask(whole, moment(pipeline, app.timezone), patience=PATIENCE_OF_COMMANDS)

    person, _ = persons.doors(pipeline, executor.engine).find(app.id, given["person"])
    language: Language = "zh" if given.get("lang") == "zh" else "en"
    form = given.get("format", "table")
    one = why.at(of, given.get("measure", ""), given.get("row", ""))
    return why.told(pipeline.records, app.id, one, person, context, form, language, answered)


def saved_question(pipeline: Pipeline, executor: QueryExecutor, given: Pairs) -> bytes:
    """A saved question as `report` prints it; whoever runs the server sees everybody's."""
    told = dict(given)
    form = choice(told, "format", FORMATS, "table")
    app = pipeline.records.apps.named(told["app"])
    one = found_question(pipeline.records, app.id, told["name"], None, every=True)
    check(told, ARGUMENTS, OF_COMMANDS)
    first = first_day(pipeline.engine, app.id)
    state = as_request(one, given, app.timezone, now(), form, first)
    if told.get("person"):
        return _why(pipeline, executor, app, Behind(state.question), state.context, told)
    return told_in(pipeline, executor, app, state, form, told.get("lang", ""))


def told_in(
    pipeline: Pipeline, executor: QueryExecutor, app: Recorded, state: QuestionRequest, form: str, lang: str
) -> bytes:  # fmt: skip
    """The answer in a form and a language."""
    as_of = moment(pipeline, app.timezone)
    known = cohorts_of(pipeline, executor).known
    query = completed(state.query(app.id), pipeline.records, known)
    found = executor.ask(query, as_of, patience=PATIENCE_OF_COMMANDS)
    result = with_unknown(found, state.question, events(pipeline.records, app.id))
    language: Language = "zh" if lang == "zh" else "en"
    title = (app.zh if language == "zh" else app.en) or app.name
    if form == "json":
        return as_json_with_question(result, state, language)
    of = formats.subject(state, title, app.timezone, language)
    return rendered(result, state, form, language, [], of)


def rendered(
    result: Table,
    state: ReportRequest,
    form: str,
    language: Language,
    marks: list[Mark],
    of: Subject,
) -> bytes:
    """The table in the form asked for."""
    if form == "table":
        return as_text(result, state.report, language, marks, of).encode()
    body = formats.body(result, state, form, language, marks, of)
    return body.encode() if isinstance(body, str) else body


def _newest(
    pipeline: Pipeline,
    cohorts: Cohorts,
    app: App,
    traffic: Traffic,
    filters: Filters,
    after: int,
    to: int,
) -> list[Happened]:
    """Of today and yesterday, where none is known before; afterwards also what comes late."""
    days = LATE_DAYS if after else 1
    since = today(app.timezone) - timedelta(days=days)
    return newest(
        pipeline.engine,
        app.id,
        traffic,
        members_of(filters, app.id, cohorts.known),
        since=since,
        after=after,
        through=to,
        most=MOST_NEWEST,
    )


def keys_used(engine: Engine, app: int) -> dict[int, datetime]:
    """Write key → the last hour in which it brought an event."""
    rows = engine.rows(
        "SELECT key, toUnixTimestamp(max(hour)) FROM ledger "
        "WHERE app = {app:UInt32} AND via = 'tracker' GROUP BY key",
        {"app": app},
    )
    return {int(key): datetime.fromtimestamp(int(hour), UTC) for key, hour in rows}


def _samples(engine: Engine, app: App, users: Users) -> dict[str, FieldSample]:
    return field_samples(engine, app.id, users, today(app.timezone, now()))


def property_names(engine: Engine, app: int) -> list[str]:
    """The names of properties that came, in the order of the alphabet."""
    text = "SELECT DISTINCT name FROM property_names WHERE app = {app:UInt32} ORDER BY name"
    return [str(name) for (name,) in engine.rows(text, {"app": app})]


def _shown(app: Recorded) -> App:
    return App(app.id, app.name, app.zh, app.en, app.timezone)


def _collecting(pipeline: Pipeline, settings: Settings, app: App) -> dict[str, object]:
    return {
        "write_key": pipeline.records.keys.of(app.id)[0].key,
        "collect_url": f"{settings.url}/v1/collect",
    }
