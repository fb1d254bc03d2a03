"""What becomes of undeclared events, also of those that servers send and files bring."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Both count, as they did."""
    for name in ("undeclared_server", "undeclared_import"):
        op.add_column("apps", sa.Column(name, sa.String(8), nullable=False, server_default="open"))
