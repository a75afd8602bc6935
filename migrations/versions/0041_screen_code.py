"""Keep the pictures that WeChat makes for an organiser's screen, half a minute each.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade():
    op.create_table(
        "screen_code",
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(4), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('in', 'out')", name=op.f("ck_screen_code_purpose")),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_screen_code_activity_id_activity")
        ),
        sa.PrimaryKeyConstraint("activity_id", "purpose", "step", name=op.f("pk_screen_code")),
    )


def downgrade():
    op.drop_table("screen_code")
