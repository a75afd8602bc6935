"""When a platform token was fetched and forced, and which endpoints of the platform rest."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade():
    op.add_column("wechat_token", sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("wechat_token", sa.Column("forced_at", sa.DateTime(timezone=True), nullable=True))
    # Whoever finds a token without its time fetches another: nothing is lost but one call.
    op.create_table(
        "wechat_circuit",
        sa.Column("endpoint", sa.String(80), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("endpoint", name=op.f("pk_wechat_circuit")),
    )


def downgrade():
    op.drop_table("wechat_circuit")
    op.drop_column("wechat_token", "forced_at")
    op.drop_column("wechat_token", "fetched_at")
