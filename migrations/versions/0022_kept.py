"""What somebody's points that are kept consist of, by the day until which they were earned."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"


def upgrade():
    op.add_column("standing", sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade():
    op.drop_column("standing", "kept")
