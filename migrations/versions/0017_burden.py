"""Documents from which a basis is chosen, and opinions about the burden."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade():
    # A basis in words: number, title and clause.
    op.alter_column("manual_entry", "basis", type_=sa.String(length=200), existing_nullable=False)
    op.alter_column("unit", "names_shown_basis", type_=sa.String(length=200), existing_nullable=True)
    op.create_table(
        "basis_document",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("clause", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("registered_by", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_basis_document_dates")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_basis_document_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basis_document")),
        sa.UniqueConstraint("unit_id", "number", "clause", "since", name=op.f("uq_basis_document_unit_id_number_clause_since")),
    )
    op.create_table(
        "burden_opinion",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_burden_opinion_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["member.id"], name=op.f("fk_burden_opinion_answered_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_burden_opinion")),
    )
    op.create_index(op.f("ix_burden_opinion_member_id"), "burden_opinion", ["member_id"])
    op.create_index(op.f("ix_burden_opinion_answered_by"), "burden_opinion", ["answered_by"])


def downgrade():
    for table, column in (("manual_entry", "basis"), ("unit", "names_shown_basis")):
        op.alter_column(table, column, type_=sa.String(length=120), postgresql_using=f"left({column}, 120)")
    op.drop_table("burden_opinion")
    op.drop_table("basis_document")
