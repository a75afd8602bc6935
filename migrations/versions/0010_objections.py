"""Objections: who objects to which line, until when it is answered, and how it was.

Words and reasons may be emptied; that somebody objected, and when, stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade():
    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("about", sa.String(length=48), nullable=False),
        sa.Column("publication_id", sa.BigInteger(), nullable=True),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("objector_id", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("reason_other", sa.String(length=500), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_objection_answered_at")
        ),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publication.id"], name=op.f("fk_objection_publication_id_publication")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_objection_unit_id_unit")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_objection_member_id_member")),
        sa.ForeignKeyConstraint(["objector_id"], ["member.id"], name=op.f("fk_objection_objector_id_member")),
        sa.ForeignKeyConstraint(["entered_by"], ["member.id"], name=op.f("fk_objection_entered_by_member")),
        sa.ForeignKeyConstraint(["answered_by"], ["member.id"], name=op.f("fk_objection_answered_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    is_open = sa.text("state = 'open'")
    op.create_index(
        "uq_objection_open",
        "objection",
        ["objector_id", "member_id", "about"],
        unique=True,
        postgresql_where=is_open,
    )
    op.create_index("ix_objection_unit", "objection", ["unit_id", "id"])
    op.create_index("ix_objection_publication", "objection", ["publication_id"], postgresql_where=is_open)
    op.create_index(op.f("ix_objection_member_id"), "objection", ["member_id"])
    op.create_index(op.f("ix_objection_objector_id"), "objection", ["objector_id"])


def downgrade():
    op.drop_table("objection")
