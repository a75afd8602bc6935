"""Photos as material of reports."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade():
    op.create_table(
        "photo",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=True),
        sa.Column("media_id", sa.String(length=160), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("thumb", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "state IN ('awaited', 'stored', 'unfit', 'expired')", name=op.f("ck_photo_state_known")
        ),
        sa.CheckConstraint(
            "(state = 'stored') = (name IS NOT NULL)", name=op.f("ck_photo_stored_has_name")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_photo_member_id_member")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_photo_report_id_report"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("media_id", name=op.f("uq_photo_media_id")),
    )
    for column in ("member_id", "report_id", "digest", "name", "thumb", "received_at"):
        op.create_index(op.f(f"ix_photo_{column}"), "photo", [column])


def downgrade():
    op.drop_table("photo")
