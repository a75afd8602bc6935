"""Facts by hand: prepared by one, confirmed by another; the row that a ledger line of source ``manual`` points at.

Its numbers start far above those of generated facts under the same source.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade():
    op.create_table(
        "manual_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(start=1_000_000_000), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("item_code", sa.String(length=32), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_manual_entry_quantity_positive")),
        sa.CheckConstraint("prepared_by <> member_id", name=op.f("ck_manual_entry_never_ones_own")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_entry.id"], name=op.f("fk_manual_entry_reverses_id_ledger_entry")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_manual_entry_member_id_member")),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_manual_entry_branch_id_unit")),
        sa.ForeignKeyConstraint(
            ["rulebook_id"],
            ["rulebook_version.id"],
            name=op.f("fk_manual_entry_rulebook_id_rulebook_version"),
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by"], ["member.id"], name=op.f("fk_manual_entry_prepared_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_entry")),
    )
    op.create_index("ix_manual_entry_branch", "manual_entry", ["branch_id", "id"])
    for column in ("reverses_id", "member_id", "prepared_by"):
        op.create_index(op.f(f"ix_manual_entry_{column}"), "manual_entry", [column])


def downgrade():
    op.drop_table("manual_entry")
