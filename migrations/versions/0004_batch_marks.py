"""Leave the batch mark on people's rows unchecked.

A batch is never deleted, so the foreign keys refused nothing; checking them
took a fifth of the time of writing a city's memberships. Rows stay as they are.
"""

from alembic import op

revision = "0004"
down_revision = "0003"

TABLES = ("member", "membership", "post")


def upgrade():
    for table in TABLES:
        op.drop_constraint(f"fk_{table}_import_batch_id_import_batch", table, type_="foreignkey")


def downgrade():
    for table in TABLES:
        op.create_foreign_key(
            f"fk_{table}_import_batch_id_import_batch", table, "import_batch", ["import_batch_id"], ["id"]
        )
