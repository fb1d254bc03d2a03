"""Of a value that is nobody's, or may be somebody's again, whether the loader has looked at it."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """All that are there hold; each is looked at once more."""
    for name, default in (("holds", sa.true()), ("applied", sa.false())):
        op.add_column(
            "blocked_identities",
            sa.Column(name, sa.Boolean, nullable=False, server_default=default),
        )
