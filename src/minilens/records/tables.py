"""What people edit, as tables. The same model on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s",
    }
)  # fmt: skip

APPS = Table(
    "apps",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),  # the word in addresses and commands
    Column("appid", String(64), nullable=False, default=""),  # WeChat's AppID; empty until known
    Column("zh", String(64), nullable=False),
    Column("en", String(64), nullable=False),
    Column("timezone", String(64), nullable=False),
    Column("undeclared", String(8), nullable=False),  # a tracker's undeclared events: open | strict
    Column("undeclared_server", String(8), nullable=False, server_default="open"),
    Column("undeclared_import", String(8), nullable=False, server_default="open"),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("archived", DateTime(timezone=True)),  # hidden and refused since then; its events stay
)

KEYS = Table(
    "write_keys",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("key", String(64), nullable=False, unique=True),  # public: it stands in the mini program
    Column("created", DateTime(timezone=True), nullable=False),
    Column("retires", DateTime(timezone=True)),  # accepted until then; null: without end
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", String(255), nullable=False),  # separated by spaces
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True)),
    Column("name", String(64), nullable=False, server_default=""),  # what it is for
    Column("created_by", ForeignKey("people.id")),  # null: the command line
    Column("revoked", DateTime(timezone=True)),
    Column("last_used", DateTime(timezone=True)),  # to ten minutes
)

CREDENTIALS = Table(
    "credentials",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("sealed", Text, nullable=False),  # the AppSecret, under the server's secret
    Column("since", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)

IDENTITY_TYPES = Table(
    "identity_types",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("zh", String(32), nullable=False),
    Column("en", String(32), nullable=False),
    Column("priority", Integer, nullable=False),  # 0 is the strongest
    Column("most", Integer, nullable=False),  # values a person, 0: any number
    Column("days", Integer, nullable=False),  # within so many days, 0: ever
    Column("over", String(16), nullable=False),  # refuse | succeed | oldest
    Column("crowd", Integer, nullable=False),
    Column("parent", String(64), nullable=False),
    Column("takes_part", Boolean, nullable=False),
    Column("applied", Boolean, nullable=False),  # the loader has looked at what hangs together
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)

SENSITIVE = Table(  # properties whose values are shown as a mask
    "sensitive_properties",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
)

DEFINITIONS = Table(
    "definitions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("name", String(32), nullable=False),
    Column("zh", String(32), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    UniqueConstraint("app_id", "name"),
)

ACCOUNTS = Table(
    "people",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),  # in lower case
    Column("name", String(64), nullable=False),
    Column("password", String(255)),  # an Argon2id hash; null: signs in by link only
    Column("language", String(8)),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("disabled", DateTime(timezone=True)),
)

GRANTS = Table(
    "grants",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("app_id", ForeignKey("apps.id")),  # null: all apps
    Column("role", String(16), nullable=False),
    UniqueConstraint("person_id", "app_id"),
)
Index(
    "uq_grants_all_apps",
    GRANTS.c.person_id,
    unique=True,
    sqlite_where=text("app_id IS NULL"),
    postgresql_where=text("app_id IS NULL"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("person_id", ForeignKey("people.id"), nullable=False, index=True),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("seen", DateTime(timezone=True), nullable=False),  # to five minutes
    Column("agent", String(64), nullable=False),  # browser and system, in a few words
    Column("app_id", ForeignKey("apps.id")),  # a phone, which reads this app alone; null: all of it
)

PHONE_LINKS = Table(
    "phone_links",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("address", Text, nullable=False),  # the view that opens
    Column("expires", DateTime(timezone=True), nullable=False),
)

SIGN_INS = Table(
    "sign_ins",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("expires", DateTime(timezone=True), nullable=False),
    Column("person_id", ForeignKey("people.id")),  # null: makes the first owner
)

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("email", String(254), nullable=False),
    Column("app_id", ForeignKey("apps.id")),  # null: all apps
    Column("role", String(16), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
    Column("created", DateTime(timezone=True), nullable=False),
    Column("expires", DateTime(timezone=True), nullable=False),
)

AUDIT = Table(  # rows are only added; the database itself refuses to change them
    "audit",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("person_id", ForeignKey("people.id")),  # null: the command line
    Column("app_id", ForeignKey("apps.id")),
    Column("action", String(32), nullable=False),
    Column("target", String(64), nullable=False),
    Column("details", Text, nullable=False),  # JSON
)

ERASURES = Table(  # no key to the app: an order outlives what it is about
    "erasures",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("app_id", Integer, nullable=False, index=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
    Column("whole", Boolean, nullable=False),
    Column("identities", Text, nullable=False),  # JSON: keyed hashes
    Column("counts", Text, nullable=False),  # JSON: what there was, once it is done
    Column("spool", Boolean, nullable=False),  # nothing of it is left in what was received
)

ANNOTATIONS = Table(
    "annotations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("day", Date, nullable=False),  # in the app's timezone
    Column("text", String(60), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line, or a program
    Column("created", DateTime(timezone=True), nullable=False),
    Column("personal", Boolean, nullable=False, server_default=false()),  # seen by `by_id` alone
    Index("ix_annotations_app_id_day", "app_id", "day"),
)

VIEWS = Table(
    "views",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),  # who made it
    Column("team", Boolean, nullable=False),  # everybody who may see the app has it
    Column("name", String(40), nullable=False),
    Column("tab", String(32), nullable=False),
    Column("query", Text, nullable=False),  # from ? on, as addresses have it
    Column("version", Integer, nullable=False),  # one more with each change
    Column("changed", DateTime(timezone=True), nullable=False),
    Index("ix_views_app_id_person_id", "app_id", "person_id"),
)

PINS = Table(
    "pins",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("report", String(64), nullable=False),
    Column("query", Text, nullable=False),  # of its card, from ? on
    UniqueConstraint("app_id", "person_id", "report"),
)

VIRTUAL_EVENTS = Table(
    "virtual_events",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("name", String(32), nullable=False),
    Column("zh", String(32), nullable=False),
    Column("en", String(32), nullable=False),
    Column("version", Integer, nullable=False),  # the one that counts
    Column("created", DateTime(timezone=True), nullable=False),
    Column("retired", DateTime(timezone=True)),  # offered no more; what uses it counts on
    UniqueConstraint("app_id", "name"),
)

VIRTUAL_VERSIONS = Table(
    "virtual_versions",
    METADATA,
    Column("event_id", ForeignKey("virtual_events.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("meaning", Text, nullable=False),  # JSON
    Column("created", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)

QUESTIONS = Table(
    "questions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("person_id", ForeignKey("people.id")),  # who made it; a program is nobody
    Column("team", Boolean, nullable=False),  # everybody who may see the app has it
    Column("zh", String(40), nullable=False),
    Column("en", String(40), nullable=False),
    Column("body", Text, nullable=False),  # its JSON
    Column("changed", DateTime(timezone=True), nullable=False),
    Index("ix_questions_app_id", "app_id"),
)

#: What each person asked lately.
ASKED = Table(
    "asked",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_asked_app_id_person_id", "app_id", "person_id"),
)

PLANS = Table(
    "plans",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("revision", Integer, nullable=False),  # of this app, from 1 on
    Column(
        "deed", String(8), nullable=False
    ),  # push | back | off | on | publish | retire | restore
    Column("off", Boolean, nullable=False),  # trackers capture nothing
    Column("body", Text, nullable=False),  # JSON, without revision
    Column("created", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
    UniqueConstraint("app_id", "revision"),
)

APP_PAGES = Table(
    "app_pages",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("pages", Text, nullable=False),  # JSON, from app.json
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)

PAGE_TYPES_OF_APPS = Table(
    "page_types",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("patterns", Text, nullable=False),  # JSON: type → patterns
    Column("revision", Integer, nullable=False),  # one more with each change
    Column("changed", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)

EVENT_DEFINITIONS = Table(
    "event_definitions",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("app_id", ForeignKey("apps.id"), nullable=False),
    Column("number", Integer, nullable=False),  # of this app, from 1 on; phones send it
    Column("name", String(32), nullable=False),
    Column("zh", String(32), nullable=False),
    Column("draft", Text, nullable=False),  # JSON
    Column("revision", Integer, nullable=False),  # one more with each change
    Column("version", Integer),  # the published one; null: none yet
    Column("created", DateTime(timezone=True), nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # who changed it last; null: the command line
    Column("published", DateTime(timezone=True)),
    Column("retired", DateTime(timezone=True)),
    UniqueConstraint("app_id", "number"),
    UniqueConstraint("app_id", "name", name="uq_event_definitions_name"),
)

EVENT_VERSIONS = Table(
    "event_versions",
    METADATA,
    Column("definition_id", ForeignKey("event_definitions.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", Text, nullable=False),  # JSON
    Column("created", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # null: the command line
)

EVENT_FIELDS = Table(
    "event_fields",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("zh", String(32), nullable=False),  # empty until somebody has said it
    Column("type", String(8), nullable=False),  # number | text | boolean | time, or empty
    Column("note", String(200), nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
)

FIELD_VALUES = Table(
    "field_values",
    METADATA,
    Column("app_id", ForeignKey("apps.id"), primary_key=True),
    Column("field", String(32), primary_key=True),
    Column("names", Text, nullable=False),  # JSON: [value, zh, en] each
    Column("revision", Integer, nullable=False),  # one more with each change
    Column("updated", DateTime(timezone=True), nullable=False),
    Column("by_id", ForeignKey("people.id")),  # who changed it last; null: the command line
)
