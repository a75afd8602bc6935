"""What waits for deciders: questions of every kind, deputies between dates, steps of a report.

Reports filed before are at their first step, asked since they were filed.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade():
    op.create_table(
        "ask",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("subject", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("home_id", sa.BigInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("concerns", sa.BigInteger(), nullable=True),
        sa.Column("not_by", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("raised", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["home_id"], ["unit.id"], name=op.f("fk_ask_home_id_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_ask_unit_id_unit")),
        sa.ForeignKeyConstraint(["concerns"], ["member.id"], name=op.f("fk_ask_concerns_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
    )
    open_ = sa.text("answered_at IS NULL")
    op.create_index(
        "uq_ask_open", "ask", ["subject", "subject_id"], unique=True, postgresql_where=open_
    )
    op.create_index("ix_ask_waiting", "ask", ["unit_id", "id"], postgresql_where=open_)
    op.create_index(op.f("ix_ask_concerns"), "ask", ["concerns"])
    op.create_table(
        "deputy",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.BigInteger(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until > since", name=op.f("ck_deputy_dates")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_deputy_post_id_post")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_deputy_member_id_member")),
        sa.ForeignKeyConstraint(["named_by"], ["member.id"], name=op.f("fk_deputy_named_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
    )
    op.execute(
        "ALTER TABLE deputy ADD CONSTRAINT ex_deputy_one_at_a_time EXCLUDE USING gist"
        " (int8range(post_id, post_id, '[]') WITH &&,"
        "  tstzrange(since, greatest(since, coalesce(ended_at, until))) WITH &&)"
    )
    op.create_index(op.f("ix_deputy_member_id"), "deputy", ["member_id"])
    op.add_column("decision", sa.Column("on_behalf_of", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_decision_on_behalf_of_member"), "decision", "member", ["on_behalf_of"], ["id"]
    )
    op.create_check_constraint(
        op.f("ck_decision_never_for_the_one_concerned"), "decision", "on_behalf_of <> concerns"
    )
    op.alter_column("decision", "concerns", nullable=True)
    op.add_column("report", sa.Column("step", sa.Integer(), server_default="1", nullable=False))
    op.add_column("report", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("report", sa.Column("raised", sa.Integer(), server_default="0", nullable=False))


def downgrade():
    for column in ("raised", "reminded_at", "asked_at", "step"):
        op.drop_column("report", column)
    op.execute("DELETE FROM decision WHERE concerns IS NULL")
    op.alter_column("decision", "concerns", nullable=False)
    op.drop_constraint(op.f("ck_decision_never_for_the_one_concerned"), "decision", type_="check")
    op.drop_constraint(op.f("fk_decision_on_behalf_of_member"), "decision", type_="foreignkey")
    op.drop_column("decision", "on_behalf_of")
    op.drop_table("deputy")
    op.drop_table("ask")
