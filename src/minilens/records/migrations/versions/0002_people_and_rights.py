"""People, grants, sessions, invitations, audit; tokens know who made them, apps can be archived."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
NOBODY_CHANGES = "the audit is only added to"


def upgrade() -> None:
    """Make the tables, then what the older ones lack."""
    people()
    entering()
    audit()
    op.execute("DELETE FROM sign_ins")  # a code now says who it lets in
    with op.batch_alter_table("sign_ins") as table:
        table.add_column(to("people", "person_id", "sign_ins"))
    with op.batch_alter_table("tokens") as table:
        table.add_column(sa.Column("name", sa.String(64), nullable=False, server_default=""))
        table.add_column(to("people", "created_by", "tokens"))
        table.add_column(sa.Column("revoked", MOMENT))
        table.add_column(sa.Column("last_used", MOMENT))
    op.add_column("apps", sa.Column("archived", MOMENT))


def to(table: str, column: str, of: str, *, nullable: bool = True) -> sa.Column[int]:
    """A column that points to a table's row."""
    key = sa.ForeignKey(f"{table}.id", name=f"fk_{of}_{column}")
    return sa.Column(column, sa.Integer, key, nullable=nullable)


def people() -> None:
    """Who there is, and what each may."""
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(254), nullable=False, unique=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("password", sa.String(255)),
        sa.Column("language", sa.String(8)),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("disabled", MOMENT),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Integer, primary_key=True),
        to("people", "person_id", "grants", nullable=False),
        to("apps", "app_id", "grants"),
        sa.Column("role", sa.String(16), nullable=False),
        sa.UniqueConstraint("person_id", "app_id"),
    )
    everywhere = sa.text("app_id IS NULL")
    op.create_index(
        "uq_grants_all_apps",
        "grants",
        ["person_id"],
        unique=True,
        sqlite_where=everywhere,
        postgresql_where=everywhere,
    )


def entering() -> None:
    """Sessions and invitations."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        to("people", "person_id", "sessions", nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
    )
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("email", sa.String(254), nullable=False),
        to("apps", "app_id", "invitations"),
        sa.Column("role", sa.String(16), nullable=False),
        to("people", "by_id", "invitations"),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
    )


def audit() -> None:
    """What people changed; triggers keep it as it was written."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        to("people", "person_id", "audit"),
        to("apps", "app_id", "audit"),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("target", sa.String(64), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
                f"BEGIN SELECT RAISE(ABORT, '{NOBODY_CHANGES}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{NOBODY_CHANGES}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_kept()"
    )
