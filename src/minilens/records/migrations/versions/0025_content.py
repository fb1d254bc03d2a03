"""What an Official Account's console tells of its articles, followers and menu, and how its files are read."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_NAMED = {"articles": ("article", "title", "campaign"), "followers": (), "menu": ("menu", "item")}
_COUNTS = {
    "articles": (
        "opens", "readers", "shares", "sharers", "delivered", "follows", "to_menu", "to_mini_program", "to_form",
    ),
    "followers": ("gained", "lost", "followers"),
    "menu": ("clicks", "clickers"),
}  # fmt: skip


def upgrade() -> None:
    """A table a kind; a day of an account is replaced as a whole."""
    for kind, names in _NAMED.items():
        of_articles = [
            sa.Column("whole", sa.Boolean, nullable=False),
            sa.Column("published", sa.Date, nullable=False),
            sa.Column("completion", sa.Integer),
        ]
        op.create_table(
            f"content_{kind}",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column(
                "app_id", sa.Integer, sa.ForeignKey("apps.id", name=f"fk_content_{kind}_app_id"), nullable=False
            ),
            sa.Column("day", sa.Date, nullable=False),
            sa.Column("account", sa.String(255), nullable=False),
            *(sa.Column(name, sa.String(255), nullable=False) for name in names),
            *(of_articles if kind == "articles" else ()),
            *(sa.Column(name, sa.BigInteger) for name in _COUNTS[kind]),
        )  # fmt: skip
        op.create_index(
            f"ix_content_{kind}_app_id", f"content_{kind}", ["app_id", "day", "account"]
        )
    op.create_table(
        "content_mappings",
        sa.Column("app_id", sa.Integer, sa.ForeignKey("apps.id", name="fk_content_mappings_app_id"), primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("account", sa.String(255), primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer, sa.ForeignKey("people.id", name="fk_content_mappings_by_id")),
    )  # fmt: skip
