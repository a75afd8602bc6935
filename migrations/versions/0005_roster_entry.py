"""Lists entered by a decider: the row that a ledger line of source ``roster`` points at.

Its numbers start above those of every such line that is there already, and
far above those of generated facts, so that no two sources share a number.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.create_table(
        "roster_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(start=1_000_000_000), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("item_code", sa.String(length=32), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_roster_entry_quantity_positive")),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_roster_entry_branch_id_unit")),
        sa.ForeignKeyConstraint(
            ["rulebook_id"],
            ["rulebook_version.id"],
            name=op.f("fk_roster_entry_rulebook_id_rulebook_version"),
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["member.id"], name=op.f("fk_roster_entry_entered_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_entry")),
    )
    op.create_index("ix_roster_entry_branch", "roster_entry", ["branch_id", "occurred_on"])
    op.create_index(op.f("ix_roster_entry_entered_by"), "roster_entry", ["entered_by"])
    op.execute(
        "SELECT setval(pg_get_serial_sequence('roster_entry', 'id'), 1 + max(source_id))"
        "  FROM ledger_entry WHERE source = 'roster' HAVING max(source_id) >= 1000000000"
    )


def downgrade():
    op.drop_table("roster_entry")
