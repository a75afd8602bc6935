"""Certificates of volunteer service: who may issue, what was printed, batches.

What was printed never changes, but for the person's name when he is erased; its
records never do: triggers refuse.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

_GUARD = """
CREATE FUNCTION refuse_printed_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.printed_at IS NOT NULL THEN RAISE EXCEPTION 'a printed certificate stays'; END IF;
    RETURN OLD;
  END IF;
  IF OLD.printed_at IS NOT NULL AND (
       (OLD.number, OLD.member_id, OLD.unit_id, OLD.year, OLD.unit_name, OLD.contact, OLD.minutes_verified,
        OLD.minutes_attested, OLD.first_on, OLD.last_on, OLD.digest, OLD.printed_at, OLD.printed_by)
       IS DISTINCT FROM
       (NEW.number, NEW.member_id, NEW.unit_id, NEW.year, NEW.unit_name, NEW.contact, NEW.minutes_verified,
        NEW.minutes_attested, NEW.first_on, NEW.last_on, NEW.digest, NEW.printed_at, NEW.printed_by)
       OR (NEW.name IS NOT NULL AND NEW.name IS DISTINCT FROM OLD.name)
       OR (NEW.member_number IS NOT NULL AND NEW.member_number IS DISTINCT FROM OLD.member_number)
       OR (OLD.register_no IS NOT NULL AND (OLD.register_year, OLD.register_no, OLD.registered_at)
           IS DISTINCT FROM (NEW.register_year, NEW.register_no, NEW.registered_at))
       OR (OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn')) THEN
    RAISE EXCEPTION 'what a certificate says never changes';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER certificate_guard BEFORE UPDATE OR DELETE ON certificate
  FOR EACH ROW EXECUTE FUNCTION refuse_printed_certificate();
CREATE FUNCTION refuse_certificate_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what a certificate says never changes';
END $$;
CREATE TRIGGER certificate_line_guard BEFORE UPDATE OR DELETE ON certificate_line
  FOR EACH ROW EXECUTE FUNCTION refuse_certificate_line();
"""


def upgrade():
    op.create_table(
        "certificate_entitlement",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("full_name", sa.String(120), nullable=False),
        sa.Column("contact", sa.String(120), nullable=False),
        sa.Column("basis", sa.String(300), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("marked_by", sa.BigInteger(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_certificate_entitlement_dates")),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["unit.id"], name=op.f("fk_certificate_entitlement_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["member.id"], name=op.f("fk_certificate_entitlement_marked_by_member")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["member.id"], name=op.f("fk_certificate_entitlement_ended_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_entitlement")),
    )
    op.create_index(
        op.f("ix_certificate_entitlement_marked_by"), "certificate_entitlement", ["marked_by"]
    )
    op.create_index(op.f("ix_certificate_entitlement_unit_id"), "certificate_entitlement", ["unit_id"])
    op.create_index(op.f("ix_certificate_entitlement_ended_by"), "certificate_entitlement", ["ended_by"])
    op.execute(
        "ALTER TABLE certificate_entitlement ADD CONSTRAINT ex_certificate_entitlement_once"
        " EXCLUDE USING gist (int8range(unit_id, unit_id, '[]') WITH &&, daterange(since, until) WITH &&)"
    )
    op.create_table(
        "certificate_batch",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("printed", sa.Integer(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(12), nullable=False),
        sa.CheckConstraint(
            "state IN ('running', 'stopped', 'done')", name=op.f("ck_certificate_batch_state")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_certificate_batch_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["branch_id"], ["unit.id"], name=op.f("fk_certificate_batch_branch_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["started_by"], ["member.id"], name=op.f("fk_certificate_batch_started_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_batch")),
    )
    op.create_index(op.f("ix_certificate_batch_unit_id"), "certificate_batch", ["unit_id"])
    op.create_index(op.f("ix_certificate_batch_branch_id"), "certificate_batch", ["branch_id"])
    op.create_index(op.f("ix_certificate_batch_started_by"), "certificate_batch", ["started_by"])
    op.create_index(
        "uq_certificate_batch_open",
        "certificate_batch",
        ["unit_id", "branch_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'done'"),
    )
    op.create_table(
        "certificate",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.String(16), nullable=True),
        sa.Column("name", sa.String(80), nullable=True),
        sa.Column("member_number", sa.String(20), nullable=True),
        sa.Column("unit_name", sa.String(120), nullable=True),
        sa.Column("contact", sa.String(120), nullable=True),
        sa.Column("minutes_verified", sa.Integer(), nullable=False),
        sa.Column("minutes_attested", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("printed_by", sa.BigInteger(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.BigInteger(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_by", sa.BigInteger(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("registered_by", sa.BigInteger(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("register_year", sa.Integer(), nullable=True),
        sa.Column("register_no", sa.Integer(), nullable=True),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('requested', 'printed', 'signed', 'sealed', 'registered', 'withdrawn', 'declined',"
            " 'cancelled')",
            name=op.f("ck_certificate_state"),
        ),
        sa.CheckConstraint(
            "(printed_at IS NULL) = (number IS NULL)", name=op.f("ck_certificate_numbered_when_printed")
        ),
        sa.CheckConstraint(
            "printed_at IS NULL OR (minutes_verified + minutes_attested > 0 AND first_on IS NOT NULL"
            " AND last_on IS NOT NULL AND digest IS NOT NULL)",
            name=op.f("ck_certificate_whole_when_printed"),
        ),
        sa.CheckConstraint(
            "(state IN ('registered', 'withdrawn') OR register_no IS NULL)"
            " AND (state <> 'registered' OR register_no IS NOT NULL)",
            name=op.f("ck_certificate_registered"),
        ),
        sa.CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name=op.f("ck_certificate_withdrawn")
        ),
        sa.CheckConstraint(
            "printed_by <> member_id AND signed_by <> member_id AND sealed_by <> member_id"
            " AND registered_by <> member_id",
            name=op.f("ck_certificate_never_by_himself"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_certificate_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["certificate_batch.id"], name=op.f("fk_certificate_batch_id_certificate_batch")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("number", name=op.f("uq_certificate_number")),
        sa.UniqueConstraint("unit_id", "register_year", "register_no", name="uq_certificate_register"),
    )
    op.create_index(
        "uq_certificate_underway",
        "certificate",
        ["unit_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'printed', 'signed', 'sealed')"),
    )
    op.create_index("ix_certificate_member", "certificate", ["member_id", "id"])
    op.create_index("ix_certificate_unit", "certificate", ["unit_id", "state", "id"])
    op.create_index(op.f("ix_certificate_batch_id"), "certificate", ["batch_id"])
    op.create_table(
        "certificate_line",
        sa.Column("certificate_id", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_line_certificate_id_certificate"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["service_record.id"], name=op.f("fk_certificate_line_record_id_service_record")
        ),
        sa.PrimaryKeyConstraint("certificate_id", "record_id", name=op.f("pk_certificate_line")),
    )
    op.create_index(op.f("ix_certificate_line_record_id"), "certificate_line", ["record_id"])
    op.execute(_GUARD)


def downgrade():
    op.drop_table("certificate_line")
    op.drop_table("certificate")
    op.drop_table("certificate_batch")
    op.drop_table("certificate_entitlement")
    op.execute("DROP FUNCTION refuse_printed_certificate()")
    op.execute("DROP FUNCTION refuse_certificate_line()")
