"""Who has taken the fewest contacts today is counted without reading every offer that an agent ever had."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_offers_agent_id_made_at", "offers", ["agent_id", "made_at"])


def downgrade() -> None:
    op.drop_index("ix_offers_agent_id_made_at", table_name="offers")
