"""Whom a batch of certificates left out and why, and why a withdrawn one was, as a stranger may read it.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade():
    op.create_table(
        "certificate_left_out",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["certificate_batch.id"], name=op.f("fk_certificate_left_out_batch_id_certificate_batch")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_certificate_left_out_member_id_member")
        ),
        sa.PrimaryKeyConstraint("batch_id", "member_id", name=op.f("pk_certificate_left_out")),
    )
    op.create_index(op.f("ix_certificate_left_out_member_id"), "certificate_left_out", ["member_id"])
    op.add_column("certificate", sa.Column("cause", sa.String(12), nullable=True))
    op.execute("UPDATE certificate SET cause = 'unit' WHERE withdrawn_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_certificate_withdrawn_for_a_cause"), "certificate", "(withdrawn_at IS NULL) = (cause IS NULL)"
    )


def downgrade():
    op.drop_constraint(op.f("ck_certificate_withdrawn_for_a_cause"), "certificate")
    op.drop_column("certificate", "cause")
    op.drop_table("certificate_left_out")
