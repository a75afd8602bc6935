"""Which member of WeCom somebody is."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade():
    op.create_table(
        "wecom_binding",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("user_digest", sa.String(64), nullable=False),
        sa.Column("user_sealed", sa.String(300), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_wecom_binding_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_wecom_binding")),
        sa.UniqueConstraint("user_digest", name=op.f("uq_wecom_binding_user_digest")),
    )


def downgrade():
    op.drop_table("wecom_binding")
