"""Snapshots of weeks and months, reviews of them, and checklists that were put away."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Three tables."""
    op.create_table(
        "snapshots",
        _of_app("snapshots"),
        sa.Column("grain", sa.String(5), primary_key=True),
        sa.Column("start", sa.Date, primary_key=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    texts = ("insight", "friction", "change", "scale", "keep", "stop")
    op.create_table(
        "reviews",
        _of_app("reviews"),
        sa.Column("grain", sa.String(5), primary_key=True),
        sa.Column("start", sa.Date, primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        _of_account("reviews", "owner_id"),
        sa.Column("figure", sa.Text, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        _of_account("reviews", "by_id"),
    )
    op.create_table(
        "checklists",
        _of_app("checklists"),
        sa.Column("put_away", sa.DateTime(timezone=True), nullable=False),
        _of_account("checklists", "by_id"),
    )


def _of_app(table: str) -> sa.Column[int]:
    return sa.Column(
        "app_id", sa.Integer, sa.ForeignKey("apps.id", name=f"fk_{table}_app_id"), primary_key=True
    )


def _of_account(table: str, name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey("people.id", name=f"fk_{table}_{name}"))
