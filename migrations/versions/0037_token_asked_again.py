"""A token that was refused is asked for anew once in ten minutes, whoever asks.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade():
    op.add_column("wechat_token", sa.Column("asked_again_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    op.drop_column("wechat_token", "asked_again_at")
