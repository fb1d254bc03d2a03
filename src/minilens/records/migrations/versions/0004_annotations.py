"""Annotations: what happened on a day of an app."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "annotations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_annotations_app_id"),
            nullable=False,
        ),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("text", sa.String(60), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_annotations_by_id")),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_annotations_app_id_day", "annotations", ["app_id", "day"])
