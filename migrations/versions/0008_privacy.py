"""Consent before a WeChat is bound, and a record of every list that leaves.

Who is bound already is asked at his next message. An ended binding keeps no
openid in any form; those that ended before lose theirs.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade():
    op.create_table(
        "pending_binding",
        sa.Column("openid_digest", sa.String(length=64), nullable=False),
        sa.Column("bind_code_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bind_code_id"], ["bind_code.id"], name=op.f("fk_pending_binding_bind_code_id_bind_code")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_pending_binding_member_id_member")
        ),
        sa.PrimaryKeyConstraint("openid_digest", name=op.f("pk_pending_binding")),
    )
    op.create_index(op.f("ix_pending_binding_member_id"), "pending_binding", ["member_id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "given_at IS NOT NULL OR withdrawn_at IS NOT NULL", name=op.f("ck_consent_answered")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_consent_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_member", "consent", ["member_id", "id"])
    op.create_index(
        "uq_consent_live",
        "consent",
        ["member_id", "version"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "export",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_member_id", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.String(length=40), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("members", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_at"), "export", ["at"])
    op.create_index("ix_export_members", "export", ["members"], postgresql_using="gin")
    op.alter_column("binding", "openid_digest", existing_type=sa.String(length=64), nullable=True)
    op.execute("UPDATE binding SET openid_digest = NULL, openid_sealed = NULL WHERE ended_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_binding_no_openid_after"), "binding", "(ended_at IS NULL) = (openid_digest IS NOT NULL)"
    )


def downgrade():
    op.drop_constraint(op.f("ck_binding_no_openid_after"), "binding", type_="check")
    op.execute("UPDATE binding SET openid_digest = 'ended' || id WHERE openid_digest IS NULL")
    op.alter_column("binding", "openid_digest", existing_type=sa.String(length=64), nullable=False)
    op.drop_table("export")
    op.drop_table("consent")
    op.drop_table("pending_binding")
