"""Late entries of service, and records to be put right: rosters and proposals that somebody else decides."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade():
    op.create_table(
        "late_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=True),
        sa.Column("title_id", sa.BigInteger(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.CheckConstraint("window_start < window_end", name=op.f("ck_late_entry_window")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_late_entry_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["service_title.id"], name=op.f("fk_late_entry_title_id_service_title")
        ),
        sa.ForeignKeyConstraint(["prepared_by"], ["member.id"], name=op.f("fk_late_entry_prepared_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_entry")),
    )
    live = sa.text("state IN ('proposed', 'approved')")
    op.create_index("uq_late_entry_activity", "late_entry", ["activity_id"], unique=True, postgresql_where=live)
    op.create_index(
        "uq_late_entry_live",
        "late_entry",
        ["unit_id", "title_id", "window_start"],
        unique=True,
        postgresql_where=live,
    )
    op.create_index(op.f("ix_late_entry_unit_id"), "late_entry", ["unit_id"])
    op.create_index(op.f("ix_late_entry_prepared_by"), "late_entry", ["prepared_by"])
    op.create_table(
        "late_line",
        sa.Column("late_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("started_at < ended_at", name=op.f("ck_late_line_time")),
        sa.ForeignKeyConstraint(["late_id"], ["late_entry.id"], name=op.f("fk_late_line_late_id_late_entry")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_late_line_member_id_member")),
        sa.PrimaryKeyConstraint("late_id", "member_id", name=op.f("pk_late_line")),
    )
    op.create_index(op.f("ix_late_line_member_id"), "late_line", ["member_id"])
    op.create_table(
        "service_amend",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "(started_at IS NULL) = (ended_at IS NULL)", name=op.f("ck_service_amend_both_or_none")
        ),
        sa.CheckConstraint("started_at < ended_at", name=op.f("ck_service_amend_time")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_record.id"], name=op.f("fk_service_amend_record_id_service_record")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_service_amend_member_id_member")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["member.id"], name=op.f("fk_service_amend_proposed_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_amend")),
    )
    for column in ("record_id", "member_id", "proposed_by"):
        op.create_index(op.f(f"ix_service_amend_{column}"), "service_amend", [column])
    op.create_index(
        "uq_service_amend_open",
        "service_amend",
        ["record_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def downgrade():
    op.drop_table("service_amend")
    op.drop_table("late_line")
    op.drop_table("late_entry")
