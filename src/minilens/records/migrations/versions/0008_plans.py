"""Plans: what trackers fetch, each published revision of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "plans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_plans_app_id"), nullable=False
        ),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("deed", sa.String(8), nullable=False),
        sa.Column("off", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_plans_by_id")),
        sa.UniqueConstraint("app_id", "revision", name="uq_plans_app_id"),
    )
