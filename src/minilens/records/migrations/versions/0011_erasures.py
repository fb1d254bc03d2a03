"""Orders to erase a person."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the table. No foreign key to the app: an order outlives what it is about."""
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("app_id", sa.Integer, nullable=False, index=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_erasures_by_id")),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("identities", sa.Text, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
        sa.Column("spool", sa.Boolean, nullable=False),
    )
