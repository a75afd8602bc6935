"""Attendance: meetings with everybody expected, absences as matters of their own, leave, corrections.

A meeting is confirmed once and its list is then closed: triggers hold to it.
Absences are numbered from far above what generated facts carry under the same source.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"

GUARDS = """
CREATE FUNCTION gathering_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'prepared' AND (
        (OLD.state, NEW.state) NOT IN (('confirmed', 'confirmed'), ('confirmed', 'revoked'))
        OR to_jsonb(NEW) - 'state' IS DISTINCT FROM to_jsonb(OLD) - 'state') THEN
        RAISE EXCEPTION 'a meeting is confirmed once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER gathering_confirmed_once BEFORE UPDATE ON gathering
    FOR EACH ROW EXECUTE FUNCTION gathering_once();

CREATE FUNCTION attendee_closed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    met bigint := coalesce(NEW.gathering_id, OLD.gathering_id);
BEGIN
    IF EXISTS (SELECT FROM gathering g WHERE g.id = met AND g.state <> 'prepared') THEN
        RAISE EXCEPTION 'the list of a confirmed meeting is closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER attendee_list_closed BEFORE INSERT OR DELETE ON attendee
    FOR EACH ROW EXECUTE FUNCTION attendee_closed();
"""


def upgrade():
    op.create_table(
        "leave_request",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_leave_request_dates")),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_leave_request_branch_id_unit")),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["member.id"], name=op.f("fk_leave_request_entered_by_member")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_leave_request_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave_request")),
    )
    op.create_index(op.f("ix_leave_request_branch_id"), "leave_request", ["branch_id"], unique=False)
    op.create_index("ix_leave_request_member", "leave_request", ["member_id", "since"], unique=False)
    op.create_index(
        "uq_leave_request_waiting",
        "leave_request",
        ["member_id", "since", "until"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'granted')"),
    )
    op.create_table(
        "gathering",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("cell_id", sa.BigInteger(), nullable=True),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("item_code", sa.String(length=32), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("activity", sa.String(length=40), nullable=True),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("door", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'revoked')) = (confirmed_by IS NOT NULL)",
            name=op.f("ck_gathering_confirmed_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_gathering_branch_id_unit")),
        sa.ForeignKeyConstraint(["cell_id"], ["unit.id"], name=op.f("fk_gathering_cell_id_unit")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["member.id"], name=op.f("fk_gathering_confirmed_by_member")
        ),
        sa.ForeignKeyConstraint(["prepared_by"], ["member.id"], name=op.f("fk_gathering_prepared_by_member")),
        sa.ForeignKeyConstraint(
            ["rulebook_id"], ["rulebook_version.id"], name=op.f("fk_gathering_rulebook_id_rulebook_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
    )
    op.create_index("ix_gathering_branch", "gathering", ["branch_id", "occurred_on"], unique=False)
    op.create_index(op.f("ix_gathering_confirmed_by"), "gathering", ["confirmed_by"], unique=False)
    op.create_index(op.f("ix_gathering_prepared_by"), "gathering", ["prepared_by"], unique=False)
    op.create_index(
        "uq_gathering_live",
        "gathering",
        ["branch_id", sa.literal_column("coalesce(cell_id, branch_id)"), "item_code", "occasion"],
        unique=True,
        postgresql_where=sa.text("state IN ('prepared', 'confirmed')"),
    )
    op.create_table(
        "attendee",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("gathering_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("roster_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'on_leave') = (reason IS NOT NULL)", name=op.f("ck_attendee_leave_has_a_reason")
        ),
        sa.CheckConstraint("confirmed_by <> member_id", name=op.f("ck_attendee_never_by_himself")),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["member.id"], name=op.f("fk_attendee_confirmed_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_attendee_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_attendee_member_id_member")),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster_entry.id"], name=op.f("fk_attendee_roster_id_roster_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee")),
        sa.UniqueConstraint("gathering_id", "member_id", name=op.f("uq_attendee_gathering_id_member_id")),
    )
    op.create_index("ix_attendee_member", "attendee", ["member_id", "gathering_id"], unique=False)
    op.create_table(
        "roster_correction",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("roster_id", sa.BigInteger(), nullable=True),
        sa.Column("gathering_id", sa.BigInteger(), nullable=True),
        sa.Column("member_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(member_ids) > 0", name=op.f("ck_roster_correction_of_somebody")),
        sa.CheckConstraint(
            "num_nonnulls(roster_id, gathering_id) = 1", name=op.f("ck_roster_correction_of_one_entry")
        ),
        sa.ForeignKeyConstraint(
            ["gathering_id"], ["gathering.id"], name=op.f("fk_roster_correction_gathering_id_gathering")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["member.id"], name=op.f("fk_roster_correction_proposed_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["roster_id"], ["roster_entry.id"], name=op.f("fk_roster_correction_roster_id_roster_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_correction")),
    )
    op.create_index(
        op.f("ix_roster_correction_gathering_id"), "roster_correction", ["gathering_id"], unique=False
    )
    op.create_index(op.f("ix_roster_correction_roster_id"), "roster_correction", ["roster_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(start=1000000000), nullable=False),
        sa.Column("attendee_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("rulebook_id", sa.BigInteger(), nullable=False),
        sa.Column("item_code", sa.String(length=32), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("explain_by", sa.Date(), nullable=False),
        sa.Column("explanation", sa.String(length=200), nullable=True),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.Integer(), server_default="1", nullable=False),
        sa.Column("postings", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "entered_by IS NULL OR explanation IS NOT NULL", name=op.f("ck_absence_entered_words")
        ),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_absence_attendee_id_attendee")
        ),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_absence_branch_id_unit")),
        sa.ForeignKeyConstraint(["entered_by"], ["member.id"], name=op.f("fk_absence_entered_by_member")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_absence_member_id_member")),
        sa.ForeignKeyConstraint(
            ["rulebook_id"], ["rulebook_version.id"], name=op.f("fk_absence_rulebook_id_rulebook_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("attendee_id", name=op.f("uq_absence_attendee_id")),
    )
    op.create_index("ix_absence_branch", "absence", ["branch_id", "id"], unique=False)
    op.create_index(
        "ix_absence_due", "absence", ["explain_by"], unique=False, postgresql_where=sa.text("state = 'told'")
    )
    op.create_index("ix_absence_member", "absence", ["member_id", "id"], unique=False)
    op.get_bind().connection.driver_connection.execute(GUARDS)


def downgrade():
    for table in ("absence", "roster_correction", "attendee", "gathering", "leave_request"):
        op.drop_table(table)
    op.execute("DROP FUNCTION gathering_once()")
    op.execute("DROP FUNCTION attendee_closed()")
