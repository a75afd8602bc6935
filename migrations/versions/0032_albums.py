"""When somebody's last photo came in the chat: those that follow closely are one album."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade():
    op.add_column("conversation", sa.Column("photo_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("conversation", "photo_at")
