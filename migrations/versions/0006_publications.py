"""Publicised lists and the periods of branches; what was shown never changes.

A draft's lines may go with it; once publicised they stay, and a frozen list is
closed for good.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

GUARDS = """
CREATE FUNCTION refuse_publication_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'drawn' THEN
            RAISE EXCEPTION 'a publicised list is never deleted' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'frozen' THEN
        RAISE EXCEPTION 'a frozen list never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.kind, NEW.unit_id, NEW.period, NEW.revision, NEW.frame, NEW.seal_seq, NEW.digest, NEW.drawn_at)
        IS DISTINCT FROM
       (OLD.kind, OLD.unit_id, OLD.period, OLD.revision, OLD.frame, OLD.seal_seq, OLD.digest, OLD.drawn_at) THEN
        RAISE EXCEPTION 'what a list says never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_shown_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM touched t JOIN public.publication p ON p.id = t.publication_id
                WHERE p.state <> 'drawn') THEN
        RAISE EXCEPTION 'the lines of a publicised list never change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER publication_guard BEFORE UPDATE OR DELETE ON publication
    FOR EACH ROW EXECUTE FUNCTION refuse_publication_change();
CREATE TRIGGER publication_no_truncate BEFORE TRUNCATE ON publication
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER publication_line_no_update BEFORE UPDATE ON publication_line
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER publication_line_no_truncate BEFORE TRUNCATE ON publication_line
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER publication_line_added AFTER INSERT ON publication_line
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_shown_lines();
CREATE TRIGGER publication_line_gone AFTER DELETE ON publication_line
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION refuse_shown_lines();
"""


def upgrade():
    op.create_table(
        "publication",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("frame", postgresql.JSONB(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("publicised_by", sa.BigInteger(), nullable=True),
        sa.Column("publicised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seal_seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'drawn') = (since IS NULL)", name=op.f("ck_publication_publicised_on")
        ),
        sa.CheckConstraint("(since IS NULL) = (until IS NULL)", name=op.f("ck_publication_both_days")),
        sa.CheckConstraint(
            "(state = 'frozen') = (frozen_at IS NOT NULL)", name=op.f("ck_publication_frozen_at")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_publication_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["publicised_by"], ["member.id"], name=op.f("fk_publication_publicised_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint(
            "kind",
            "unit_id",
            "period",
            "revision",
            name=op.f("uq_publication_kind_unit_id_period_revision"),
        ),
    )
    op.create_index("ix_publication_unit", "publication", ["unit_id", "kind", "period"])
    op.create_index(op.f("ix_publication_publicised_by"), "publication", ["publicised_by"])
    for name, state in (("draft", "drawn"), ("shown", "publicised")):
        op.create_index(
            f"uq_publication_{name}",
            "publication",
            ["kind", "unit_id", "period"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.create_table(
        "publication_line",
        sa.Column("publication_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("row", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["publication_id"],
            ["publication.id"],
            name=op.f("fk_publication_line_publication_id_publication"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("publication_id", "member_id", name=op.f("pk_publication_line")),
    )
    op.create_index(op.f("ix_publication_line_member_id"), "publication_line", ["member_id"])
    op.create_table(
        "branch_period",
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("draw_on", sa.Date(), nullable=False),
        sa.Column("checked_xid", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_branch_period_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "period", name=op.f("pk_branch_period")),
    )
    op.create_index("ix_branch_period_state", "branch_period", ["state", "unit_id"])
    op.execute(GUARDS)


def downgrade():
    op.drop_table("branch_period")
    op.drop_table("publication_line")
    op.drop_table("publication")
    op.execute("DROP FUNCTION refuse_publication_change()")
    op.execute("DROP FUNCTION refuse_shown_lines()")
