"""Lines of imported facts and taken-over balances; months are taken over once.

Line numbers start far above those of generated facts under the same source.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    op.create_table(
        "import_line",
        sa.Column("id", sa.BigInteger(), sa.Identity(start=1_000_000_000), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("item_code", sa.String(length=32), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("value", sa.Numeric(precision=14, scale=4), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("minute", sa.String(length=120), nullable=False),
        sa.Column("signer", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(since IS NULL) = (until IS NULL) AND since < until", name=op.f("ck_import_line_months_in_order")
        ),
        sa.CheckConstraint(
            "since IS NULL OR (minute <> '' AND signer <> '')", name=op.f("ck_import_line_balance_has_basis")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_line_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_import_line_member_id_member")),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_import_line_branch_id_unit")),
        sa.ForeignKeyConstraint(
            ["rulebook_id"], ["rulebook_version.id"], name=op.f("fk_import_line_rulebook_id_rulebook_version")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entry.id"], name=op.f("fk_import_line_entry_id_ledger_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_line")),
    )
    for column in ("batch_id", "member_id", "entry_id"):
        op.create_index(op.f(f"ix_import_line_{column}"), "import_line", [column])
    op.execute(
        "ALTER TABLE import_line ADD CONSTRAINT ex_import_line_balance_once EXCLUDE USING gist"
        " (box(point(member_id, since - date '2000-01-01'),"
        "      point(member_id, coalesce(until, date '2999-01-01') - 1 - date '2000-01-01')) WITH &&)"
        " WHERE (since IS NOT NULL AND state <> 'undone')"
    )


def downgrade():
    op.drop_table("import_line")
