"""Volunteer hours: minutes served as facts, and the time that those which count take.

A record never changes and never goes: a trigger refuses both. No two live
records of a member share an instant.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"


def upgrade():
    op.create_table(
        "service_title",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_service_title_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_title")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_service_title_unit_id_name")),
    )
    op.create_table(
        "service_record",
        sa.Column("id", sa.BigInteger(), sa.Identity(start=1000000000), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("title_id", sa.BigInteger(), nullable=True),
        sa.Column("activity_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("reverses_id", sa.BigInteger(), nullable=True),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('verified', 'attested')", name=op.f("ck_service_record_kind")),
        sa.CheckConstraint(
            "kind = 'attested' OR source IN ('activity', 'reversal')",
            name=op.f("ck_service_record_verified_at_an_activity"),
        ),
        sa.CheckConstraint(
            "window_start <= started_at AND ended_at <= window_end",
            name=op.f("ck_service_record_inside_the_window"),
        ),
        sa.CheckConstraint(
            "minutes > 0 AND minutes * interval '1 minute' <= ended_at - started_at",
            name=op.f("ck_service_record_minutes_served"),
        ),
        sa.CheckConstraint(
            "verified_by <> member_id AND decided_by <> member_id",
            name=op.f("ck_service_record_never_by_himself"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_service_record_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["title_id"], ["service_title.id"], name=op.f("fk_service_record_title_id_service_title")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["service_record.id"], name=op.f("fk_service_record_reverses_id_service_record")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["service_record.id"], name=op.f("fk_service_record_replaces_id_service_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_record")),
        sa.UniqueConstraint(
            "source",
            "source_id",
            "member_id",
            "started_at",
            "revision",
            name="uq_service_record_source",
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_service_record_reverses_id")),
        sa.UniqueConstraint("replaces_id", name=op.f("uq_service_record_replaces_id")),
    )
    op.create_index("ix_service_record_member", "service_record", ["member_id", "occurred_on"])
    op.create_index("ix_service_record_unit", "service_record", ["unit_id", "occurred_on"])
    op.create_index("ix_service_record_branch", "service_record", ["branch_id", "occurred_on"])
    op.create_table(
        "service_span",
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column("int8range(member_id, member_id, '[]')"), "&&"),
            (sa.literal_column("tstzrange(started_at, ended_at)"), "&&"),
            where=sa.text("state <> 'clash'"),
            using="gist",
            name="ex_service_span_no_minute_twice",
        ),
        sa.CheckConstraint("state IN ('counts', 'held', 'clash')", name=op.f("ck_service_span_state")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_record.id"], name=op.f("fk_service_span_record_id_service_record")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_service_span")),
    )
    op.create_index("ix_service_span_member", "service_span", ["member_id", "started_at"])
    op.execute(
        "CREATE TRIGGER service_record_append_only BEFORE UPDATE OR DELETE ON service_record"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER service_record_no_truncate BEFORE TRUNCATE ON service_record"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade():
    op.drop_table("service_span")
    op.drop_table("service_record")
    op.drop_table("service_title")
