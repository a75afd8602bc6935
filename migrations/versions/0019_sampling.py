"""The quarterly sample of posted facts for a second look."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade():
    op.create_table(
        "sample_draw",
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_sample_draw")),
    )
    op.create_table(
        "sample_look",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("quarter", sa.String(length=8), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("looker_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("reply", sa.String(length=200), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.CheckConstraint("looker_id <> department_id", name=op.f("ck_sample_look_never_ones_own")),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_sample_look_branch_id_unit")),
        sa.ForeignKeyConstraint(["department_id"], ["unit.id"], name=op.f("fk_sample_look_department_id_unit")),
        sa.ForeignKeyConstraint(["looker_id"], ["unit.id"], name=op.f("fk_sample_look_looker_id_unit")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_sample_look_member_id_member")),
        sa.ForeignKeyConstraint(["quarter"], ["sample_draw.quarter"], name=op.f("fk_sample_look_quarter_sample_draw")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_look")),
        sa.UniqueConstraint("quarter", "entry_id", name=op.f("uq_sample_look_quarter_entry_id")),
    )
    op.create_index("ix_sample_look_department", "sample_look", ["quarter", "department_id"])
    op.create_index(op.f("ix_sample_look_member_id"), "sample_look", ["member_id"])


def downgrade():
    op.drop_table("sample_look")
    op.drop_table("sample_draw")
