"""Which pages of an app are of which type."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "page_types",
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_page_types_app_id"),
            primary_key=True,
        ),
        sa.Column("patterns", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_page_types_by_id")),
    )
