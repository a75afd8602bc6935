"""Model posts, consent to be named, citizens' answers, honours; lists that are about one matter."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"

GUARD = """
CREATE OR REPLACE FUNCTION refuse_publication_change() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF (NEW.kind, NEW.unit_id, NEW.period, {new}NEW.revision) IS DISTINCT FROM
       (OLD.kind, OLD.unit_id, OLD.period, {old}OLD.revision) THEN
        RAISE EXCEPTION 'what a list is never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (OLD.state = 'drawn' AND NEW.state = 'drawn') AND (NEW.frame, NEW.seal_seq, NEW.digest, NEW.drawn_at)
        IS DISTINCT FROM (OLD.frame, OLD.seal_seq, OLD.digest, OLD.drawn_at) THEN
        RAISE EXCEPTION 'what a list says never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
# Lists about one matter are unknown below this revision.
FORGET = """
ALTER TABLE publication DISABLE TRIGGER USER;
ALTER TABLE publication_line DISABLE TRIGGER USER;
UPDATE objection SET publication_id = NULL WHERE publication_id IN (SELECT id FROM publication WHERE matter <> 0);
DELETE FROM publication WHERE matter <> 0;
ALTER TABLE publication_line ENABLE TRIGGER USER;
ALTER TABLE publication ENABLE TRIGGER USER;
"""


def upgrade():
    op.create_table(
        "honour",
        sa.Column("id", sa.BigInteger(), sa.Identity(start=1000000000), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("branch_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("collective", sa.Boolean(), nullable=False),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("evidence", sa.String(200), nullable=False),
        sa.Column("deed_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(12), nullable=False),
        sa.CheckConstraint("prepared_by <> member_id", name=op.f("ck_honour_never_ones_own")),
        sa.ForeignKeyConstraint(["branch_id"], ["unit.id"], name=op.f("fk_honour_branch_id_unit")),
        sa.ForeignKeyConstraint(["deed_id"], ["honour.id"], name=op.f("fk_honour_deed_id_honour")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_honour_member_id_member")),
        sa.ForeignKeyConstraint(["prepared_by"], ["member.id"], name=op.f("fk_honour_prepared_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honour")),
    )
    op.create_index(op.f("ix_honour_branch_id"), "honour", ["branch_id"])
    op.create_index("ix_honour_deed", "honour", ["deed_id"])
    op.create_index(op.f("ix_honour_member_id"), "honour", ["member_id"])
    op.create_index(op.f("ix_honour_prepared_by"), "honour", ["prepared_by"])
    op.create_index(
        "uq_honour_once",
        "honour",
        ["member_id", "title", "level", "awarded_on"],
        unique=True,
        postgresql_where=sa.text("state IN ('proposed', 'confirmed')"),
    )
    op.create_table(
        "model_post",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("deeds", sa.String(1000), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("applied_by", sa.BigInteger(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(12), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=True),
        sa.Column("staff_members", sa.Integer(), nullable=True),
        sa.Column("leader_member", sa.Boolean(), nullable=False),
        sa.Column("found", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("quota_unit_id", sa.BigInteger(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=True),
        sa.Column("plate", sa.String(16), nullable=True),
        sa.Column("public_id", sa.String(24), nullable=True),
        sa.Column("granted_on", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("rectify_by", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'rectifying') = (rectify_by IS NOT NULL)", name=op.f("ck_model_post_rectify_by")
        ),
        sa.CheckConstraint(
            "(state IN ('active', 'warned', 'rectifying', 'withdrawn', 'expired')) = (plate IS NOT NULL)",
            name=op.f("ck_model_post_plate"),
        ),
        sa.CheckConstraint(
            "(state IN ('applied', 'reviewed', 'publicised', 'active', 'warned', 'rectifying')) = (ended_on IS NULL)",
            name=op.f("ck_model_post_ended"),
        ),
        sa.CheckConstraint(
            "(state IN ('publicised', 'active', 'warned', 'rectifying')) <= (slot IS NOT NULL AND slot > 0)",
            name=op.f("ck_model_post_slot"),
        ),
        sa.CheckConstraint("(plate IS NULL) = (granted_on IS NULL)", name=op.f("ck_model_post_granted")),
        sa.CheckConstraint("(plate IS NULL) = (public_id IS NULL)", name=op.f("ck_model_post_public")),
        sa.CheckConstraint(
            "staff > 0 AND staff_members BETWEEN 0 AND staff", name=op.f("ck_model_post_staff")
        ),
        sa.CheckConstraint("until > granted_on", name=op.f("ck_model_post_validity")),
        sa.ForeignKeyConstraint(["applied_by"], ["member.id"], name=op.f("fk_model_post_applied_by_member")),
        sa.ForeignKeyConstraint(["lead_id"], ["member.id"], name=op.f("fk_model_post_lead_id_member")),
        sa.ForeignKeyConstraint(
            ["quota_unit_id"], ["unit.id"], name=op.f("fk_model_post_quota_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_model_post_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_post")),
        sa.UniqueConstraint("plate", name=op.f("uq_model_post_plate")),
        sa.UniqueConstraint("public_id", name=op.f("uq_model_post_public_id")),
    )
    op.create_index(op.f("ix_model_post_applied_by"), "model_post", ["applied_by"])
    op.create_index(op.f("ix_model_post_lead_id"), "model_post", ["lead_id"])
    op.create_index(op.f("ix_model_post_quota_unit_id"), "model_post", ["quota_unit_id"])
    op.create_index(op.f("ix_model_post_review_on"), "model_post", ["review_on"])
    op.create_index("ix_model_post_unit", "model_post", ["unit_id", "id"])
    op.create_index(
        "uq_model_post_lead",
        "model_post",
        ["kind", "lead_id"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('applied', 'reviewed', 'publicised', 'active', 'warned', 'rectifying')"
        ),
    )
    op.create_index(
        "uq_model_post_slot",
        "model_post",
        ["kind", "quota_unit_id", "slot"],
        unique=True,
        postgresql_where=sa.text("state IN ('publicised', 'active', 'warned', 'rectifying')"),
    )
    op.create_table(
        "model_post_mark",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("place", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["model_post.id"], name=op.f("fk_model_post_mark_post_id_model_post")
        ),
        sa.PrimaryKeyConstraint("post_id", "day", "digest", name=op.f("pk_model_post_mark")),
    )
    op.create_index(op.f("ix_model_post_mark_at"), "model_post_mark", ["at"])
    op.create_index("ix_model_post_mark_place", "model_post_mark", ["post_id", "day", "place"])
    op.create_table(
        "model_post_person",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_model_post_person_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["model_post.id"], name=op.f("fk_model_post_person_post_id_model_post")
        ),
        sa.PrimaryKeyConstraint("post_id", "member_id", name=op.f("pk_model_post_person")),
    )
    op.create_index(op.f("ix_model_post_person_member_id"), "model_post_person", ["member_id"])
    op.create_table(
        "model_post_tally",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("answer", sa.String(8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_model_post_tally_count")),
        sa.ForeignKeyConstraint(
            ["post_id"], ["model_post.id"], name=op.f("fk_model_post_tally_post_id_model_post")
        ),
        sa.PrimaryKeyConstraint("post_id", "month", "answer", name=op.f("pk_model_post_tally")),
    )
    op.create_table(
        "model_post_consent",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(8), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("words", sa.String(400), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(12), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("what IN ('name', 'photo')", name=op.f("ck_model_post_consent_what")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_model_post_consent_member_id_member")
        ),
        sa.ForeignKeyConstraint(
            ["post_id", "member_id"],
            ["model_post_person.post_id", "model_post_person.member_id"],
            name=op.f("fk_model_post_consent_post_id_member_id_model_post_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_post_consent")),
    )
    op.create_index(op.f("ix_model_post_consent_member_id"), "model_post_consent", ["member_id"])
    op.create_index(
        "uq_model_post_consent_stands",
        "model_post_consent",
        ["post_id", "member_id", "what"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.add_column("photo", sa.Column("model_post_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_photo_model_post_id"), "photo", ["model_post_id"])
    op.create_foreign_key(
        op.f("fk_photo_model_post_id_model_post"),
        "photo",
        "model_post",
        ["model_post_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.add_column("publication", sa.Column("matter", sa.BigInteger(), server_default="0", nullable=False))
    op.drop_constraint(op.f("uq_publication_kind_unit_id_period_revision"), "publication", type_="unique")
    op.drop_index(op.f("uq_publication_draft"), table_name="publication")
    op.create_index(
        "uq_publication_draft",
        "publication",
        ["kind", "unit_id", "period", "matter"],
        unique=True,
        postgresql_where=sa.text("state = 'drawn'"),
    )
    op.drop_index(op.f("uq_publication_shown"), table_name="publication")
    op.create_index(
        "uq_publication_shown",
        "publication",
        ["kind", "unit_id", "period", "matter"],
        unique=True,
        postgresql_where=sa.text("state = 'publicised'"),
    )
    op.create_unique_constraint(
        op.f("uq_publication_kind_unit_id_period_matter_revision"),
        "publication",
        ["kind", "unit_id", "period", "matter", "revision"],
    )
    op.execute(GUARD.format(new="NEW.matter, ", old="OLD.matter, "))


def downgrade():
    op.execute(FORGET)
    op.execute(GUARD.format(new="", old=""))
    op.drop_constraint(
        op.f("uq_publication_kind_unit_id_period_matter_revision"), "publication", type_="unique"
    )
    for name in ("draft", "shown"):
        op.drop_index(f"uq_publication_{name}", table_name="publication")
    op.drop_column("publication", "matter")
    op.create_unique_constraint(
        op.f("uq_publication_kind_unit_id_period_revision"),
        "publication",
        ["kind", "unit_id", "period", "revision"],
    )
    for name, state in (("draft", "drawn"), ("shown", "publicised")):
        op.create_index(
            f"uq_publication_{name}",
            "publication",
            ["kind", "unit_id", "period"],
            unique=True,
            postgresql_where=sa.text(f"state = '{state}'"),
        )
    op.drop_constraint(op.f("fk_photo_model_post_id_model_post"), "photo", type_="foreignkey")
    op.execute("DELETE FROM photo WHERE model_post_id IS NOT NULL")
    op.drop_column("photo", "model_post_id")
    for table in ("consent", "tally", "mark", "person"):
        op.drop_table(f"model_post_{table}")
    op.drop_table("model_post")
    op.drop_table("honour")
