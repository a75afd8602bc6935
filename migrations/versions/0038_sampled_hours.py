"""The quarterly sample is drawn from hours as well: a look says which kind of fact it is about.

Revision ID: 0038
Revises: 0037
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade():
    op.add_column("sample_look", sa.Column("fact", sa.String(8), nullable=False, server_default="entry"))
    op.alter_column("sample_look", "fact", server_default=None)
    op.alter_column("sample_look", "entry_id", new_column_name="fact_id")
    op.drop_constraint("uq_sample_look_quarter_entry_id", "sample_look")
    op.create_unique_constraint("uq_sample_look_quarter_fact_fact_id", "sample_look", ["quarter", "fact", "fact_id"])


def downgrade():
    # Looks at hours are of this revision alone.
    op.execute("DELETE FROM ask WHERE subject IN ('sample', 'sample_reply')"
               " AND subject_id IN (SELECT id FROM sample_look WHERE fact <> 'entry')")
    op.execute("DELETE FROM sample_look WHERE fact <> 'entry'")
    op.drop_constraint("uq_sample_look_quarter_fact_fact_id", "sample_look")
    op.alter_column("sample_look", "fact_id", new_column_name="entry_id")
    op.create_unique_constraint("uq_sample_look_quarter_entry_id", "sample_look", ["quarter", "entry_id"])
    op.drop_column("sample_look", "fact")
