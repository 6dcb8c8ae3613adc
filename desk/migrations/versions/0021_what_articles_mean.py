"""Texts that a model has read have a vector that says what they mean; it goes with the text's row in the index."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_meanings",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("text_id", sa.String(length=36), server_default="", nullable=False),
        sa.Column("scope", sa.String(length=40), server_default="", nullable=False),
        sa.Column("model", sa.String(length=40), server_default="", nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["article_index.number"],
            name=op.f("fk_article_meanings_number_article_index"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_article_meanings")),
    )
    op.create_index(op.f("ix_article_meanings_made_at"), "article_meanings", ["made_at"])


def downgrade() -> None:
    op.drop_table("article_meanings")
