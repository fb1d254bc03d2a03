"""Annotations that only who wrote them sees."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """All there are so far are everybody's."""
    op.add_column(
        "annotations", sa.Column("personal", sa.Boolean, nullable=False, server_default=sa.false())
    )
