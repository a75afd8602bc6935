"""Activities: series, activities, sign-ups, presences. How somebody ended is confirmed once: a trigger holds to it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"

ONCE = """
CREATE FUNCTION presence_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'how somebody ended is confirmed once' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER presence_confirmed_once BEFORE UPDATE ON presence
    FOR EACH ROW WHEN (OLD.outcome IS NOT NULL AND OLD IS DISTINCT FROM NEW)
    EXECUTE FUNCTION presence_once();
"""


def upgrade():
    op.create_table(
        "activity_series",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("every_months", sa.Integer(), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("every_months IN (1, 2, 3, 6, 12)", name=op.f("ck_activity_series_every")),
        sa.CheckConstraint("nth BETWEEN 1 AND 4 OR nth = -1", name=op.f("ck_activity_series_nth")),
        sa.CheckConstraint(
            "start_minute BETWEEN 0 AND 1439 AND minutes BETWEEN 1 AND 1440",
            name=op.f("ck_activity_series_time"),
        ),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_activity_series_dates")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_activity_series_weekday")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["member.id"], name=op.f("fk_activity_series_created_by_member")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_activity_series_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_series")),
    )
    op.create_index(op.f("ix_activity_series_created_by"), "activity_series", ["created_by"], unique=False)
    op.create_index(op.f("ix_activity_series_unit_id"), "activity_series", ["unit_id"], unique=False)
    op.create_table(
        "digit_guess",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_digit_guess_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_digit_guess")),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("audience_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.BigInteger(), nullable=True),
        sa.Column("series_day", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("gates", postgresql.ARRAY(sa.String(length=24)), server_default="{}", nullable=False),
        sa.Column("class_hours", sa.Numeric(precision=5, scale=1), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("seed", sa.LargeBinary(length=16), nullable=False),
        sa.Column("minutes", sa.String(length=4000), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_activity_closed_at_some_time")
        ),
        sa.CheckConstraint(
            "ends_at <= starts_at + interval '72 hours'", name=op.f("ck_activity_not_endless")
        ),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_activity_capacity")),
        sa.CheckConstraint("class_hours IS NULL OR class_hours > 0", name=op.f("ck_activity_class_hours")),
        sa.CheckConstraint(
            "state IN ('published', 'closed', 'cancelled')", name=op.f("ck_activity_state_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_activity_times")),
        sa.ForeignKeyConstraint(["audience_id"], ["unit.id"], name=op.f("fk_activity_audience_id_unit")),
        sa.ForeignKeyConstraint(["closed_by"], ["member.id"], name=op.f("fk_activity_closed_by_member")),
        sa.ForeignKeyConstraint(["created_by"], ["member.id"], name=op.f("fk_activity_created_by_member")),
        sa.ForeignKeyConstraint(
            ["series_id"], ["activity_series.id"], name=op.f("fk_activity_series_id_activity_series")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_activity_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index(op.f("ix_activity_audience_id"), "activity", ["audience_id"], unique=False)
    op.create_index(op.f("ix_activity_closed_by"), "activity", ["closed_by"], unique=False)
    op.create_index(op.f("ix_activity_created_by"), "activity", ["created_by"], unique=False)
    op.create_index(
        "ix_activity_open",
        "activity",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_index("ix_activity_unit", "activity", ["unit_id", "starts_at"], unique=False)
    op.create_index(
        "uq_activity_of_series",
        "activity",
        ["series_id", "series_day"],
        unique=True,
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )
    op.create_table(
        "presence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_way", sa.String(length=12), nullable=True),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_way", sa.String(length=12), nullable=True),
        sa.Column("inside", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'on_leave') = (reason IS NOT NULL)", name=op.f("ck_presence_leave_has_a_reason")
        ),
        sa.CheckConstraint("(in_at IS NULL) = (in_way IS NULL)", name=op.f("ck_presence_came_some_way")),
        sa.CheckConstraint("(out_at IS NULL) = (out_way IS NULL)", name=op.f("ck_presence_went_some_way")),
        sa.CheckConstraint(
            "out_at IS NULL OR (in_at IS NOT NULL AND out_at >= in_at)",
            name=op.f("ck_presence_in_before_out"),
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_presence_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["member.id"], name=op.f("fk_presence_confirmed_by_member")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_presence_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("activity_id", "member_id", name=op.f("uq_presence_activity_id_member_id")),
    )
    op.create_index(op.f("ix_presence_confirmed_by"), "presence", ["confirmed_by"], unique=False)
    op.create_index("ix_presence_member", "presence", ["member_id", "id"], unique=False)
    op.create_table(
        "sign_up",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "state IN ('joined', 'waiting', 'withdrawn')", name=op.f("ck_sign_up_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["activity_id"], ["activity.id"], name=op.f("fk_sign_up_activity_id_activity")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_sign_up_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
        sa.UniqueConstraint("activity_id", "member_id", name=op.f("uq_sign_up_activity_id_member_id")),
        sa.UniqueConstraint("activity_id", "position", name=op.f("uq_sign_up_activity_id_position")),
    )
    op.create_index("ix_sign_up_member", "sign_up", ["member_id", "id"], unique=False)
    op.execute(ONCE)


def downgrade():
    for table in ("sign_up", "presence", "activity", "digit_guess", "activity_series"):
        op.drop_table(table)
    op.execute("DROP FUNCTION presence_once()")
