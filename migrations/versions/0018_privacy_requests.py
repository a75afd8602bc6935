"""Requests about one's own data, and which version of the privacy text a bound person was shown."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade():
    op.create_table(
        "privacy_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=60), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_privacy_request_answered_at")
        ),
        sa.CheckConstraint("answered_by <> member_id", name=op.f("ck_privacy_request_never_ones_own")),
        sa.CheckConstraint(
            "answered_by <> entered_by OR kind IN ('withdraw', 'copy')",
            name=op.f("ck_privacy_request_somebody_else"),
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_privacy_request_member_id_member")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_privacy_request_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["member.id"], name=op.f("fk_privacy_request_entered_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["member.id"], name=op.f("fk_privacy_request_answered_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_request")),
    )
    op.create_index(op.f("ix_privacy_request_member_id"), "privacy_request", ["member_id"])
    op.create_index(
        "uq_privacy_request_open",
        "privacy_request",
        ["member_id", "kind", "what"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "consent_shown",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_consent_shown_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_consent_shown")),
    )


def downgrade():
    op.drop_table("consent_shown")
    op.drop_table("privacy_request")
