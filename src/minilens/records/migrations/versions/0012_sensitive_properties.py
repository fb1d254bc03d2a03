"""Names of properties that only admins may read."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sensitive_properties",
        sa.Column(
            "app_id",
            sa.Integer,
            sa.ForeignKey("apps.id", name="fk_sensitive_properties_app_id"),
            primary_key=True,
        ),
        sa.Column("name", sa.String(64), primary_key=True),
    )
