"""Phones: links that open one app there for reading, and the sessions that come of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """A table for the links; a session may be of one app."""
    op.create_table(
        "phone_links",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.Integer, _to("people", "person_id"), nullable=False),
        sa.Column("app_id", sa.Integer, _to("apps", "app_id"), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
    )
    with op.batch_alter_table("sessions") as table:
        table.add_column(
            sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_sessions_app_id"))
        )


def _to(table: str, column: str) -> sa.ForeignKey:
    return sa.ForeignKey(f"{table}.id", name=f"fk_phone_links_{column}")
