"""Values of identities that are nobody's."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "blocked_identities",
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_blocked_identities_app_id"),
            primary_key=True,
        ),
        sa.Column("hash", sa.String(16), primary_key=True),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("shown", sa.String(32), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_blocked_identities_by_id")
        ),
    )
