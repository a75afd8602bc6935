"""Keep that a binding in WeCom was ended, as WeChat's are kept, so that its person can be told.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade():
    op.drop_constraint("pk_wecom_binding", "wecom_binding", type_="primary")
    op.drop_constraint("uq_wecom_binding_user_digest", "wecom_binding", type_="unique")
    op.add_column("wecom_binding", sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False))
    op.create_primary_key("pk_wecom_binding", "wecom_binding", ["id"])
    op.add_column("wecom_binding", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("wecom_binding", "user_digest", nullable=True)
    op.alter_column("wecom_binding", "user_sealed", nullable=True)
    op.create_check_constraint(
        op.f("ck_wecom_binding_no_user_after"),
        "wecom_binding",
        "(ended_at IS NULL) = (user_digest IS NOT NULL)",
    )
    op.create_index(op.f("ix_wecom_binding_member_id"), "wecom_binding", ["member_id"])
    for name, column in (("uq_wecom_binding_user", "user_digest"), ("uq_wecom_binding_member", "member_id")):
        op.create_index(
            name, "wecom_binding", [column], unique=True, postgresql_where=sa.text("ended_at IS NULL")
        )


def downgrade():
    op.execute("DELETE FROM wecom_binding WHERE ended_at IS NOT NULL")
    for name in ("uq_wecom_binding_user", "uq_wecom_binding_member", op.f("ix_wecom_binding_member_id")):
        op.drop_index(name, "wecom_binding")
    op.drop_constraint(op.f("ck_wecom_binding_no_user_after"), "wecom_binding", type_="check")
    op.drop_column("wecom_binding", "ended_at")
    op.drop_column("wecom_binding", "id")
    op.alter_column("wecom_binding", "user_digest", nullable=False)
    op.alter_column("wecom_binding", "user_sealed", nullable=False)
    op.create_primary_key("pk_wecom_binding", "wecom_binding", ["member_id"])
    op.create_unique_constraint("uq_wecom_binding_user_digest", "wecom_binding", ["user_digest"])
