"""The other call-backs to a number that is rung are found without a look at all that ever waited."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_callbacks_number_state", "callbacks", ["number", "state"])


def downgrade() -> None:
    op.drop_index("ix_callbacks_number_state", table_name="callbacks")
