"""Until when one may sign up for an activity, and the fence within which a telephone may say that it is."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

FENCE = ("fence_lat", "fence_lon", "fence_metres")


def upgrade():
    op.add_column("activity", sa.Column("join_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("activity", sa.Column("fence_lat", sa.Numeric(8, 5), nullable=True))
    op.add_column("activity", sa.Column("fence_lon", sa.Numeric(8, 5), nullable=True))
    op.add_column("activity", sa.Column("fence_metres", sa.Integer(), nullable=True))
    op.create_check_constraint(op.f("ck_activity_fence"), "activity", "num_nulls(fence_lat, fence_lon, fence_metres) IN (0, 3)")
    op.create_check_constraint(op.f("ck_activity_fence_size"), "activity", "fence_metres BETWEEN 50 AND 5000")


def downgrade():
    op.drop_constraint(op.f("ck_activity_fence_size"), "activity")
    op.drop_constraint(op.f("ck_activity_fence"), "activity")
    for name in (*FENCE, "join_until"):
        op.drop_column("activity", name)
