"""A photo belongs to a report or to a plate, never to both.

Revision ID: 0043
Revises: 0042
"""

from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade():
    # One that a report took was sent for the plate.
    op.execute("UPDATE photo SET report_id = NULL WHERE report_id IS NOT NULL AND model_post_id IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_photo_one_purpose"), "photo", "report_id IS NULL OR model_post_id IS NULL"
    )


def downgrade():
    op.drop_constraint(op.f("ck_photo_one_purpose"), "photo", type_="check")
