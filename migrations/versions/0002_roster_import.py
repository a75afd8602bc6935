"""Roster imports: rows that wait for a yes, what a batch changed, remembered layouts.

No row is changed; a batch before this has nothing staged and no change record.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("import_batch", sa.Column("staged", sa.LargeBinary(), nullable=True))
    op.create_table(
        "import_progress",
        sa.Column("batch_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(length=8), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_import_progress")),
    )
    op.create_table(
        "import_change",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["import_batch.id"], name=op.f("fk_import_change_batch_id_import_batch")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_import_change_member_id_member")),
        sa.PrimaryKeyConstraint("batch_id", "member_id", name=op.f("pk_import_change")),
    )
    op.create_index(op.f("ix_import_change_member_id"), "import_change", ["member_id"])
    op.create_table(
        "import_layout",
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("signature", sa.String(length=16), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_import_layout_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "signature", name=op.f("pk_import_layout")),
    )


def downgrade():
    op.drop_table("import_layout")
    op.drop_table("import_change")
    op.drop_table("import_progress")
    op.drop_column("import_batch", "staged")
