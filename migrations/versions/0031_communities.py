"""双报到: communities, registrations of members, what communities need and who took it on."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"


def upgrade():
    op.create_table(
        "community",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("street", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community")),
        sa.UniqueConstraint("street", "name", name=op.f("uq_community_street_name")),
    )
    since, until = (
        "since - date '2000-01-01'",
        "coalesce(until, date '2999-01-01') - 1 - date '2000-01-01'",
    )
    op.create_table(
        "community_registration",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("skills", sa.String(length=120), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("door", sa.String(length=12), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.literal_column(f"box(point(member_id, {since}), point(member_id, {until}))"), "&&"),
            using="gist",
            name="ex_community_registration_one",
        ),
        sa.CheckConstraint("until > since", name=op.f("ck_community_registration_dates")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_community_registration_member_id_member")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_community_registration_community_id_community")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by"], ["member.id"], name=op.f("fk_community_registration_entered_by_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_registration")),
    )
    op.create_table(
        "community_need",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("community_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('need', 'wish')", name=op.f("ck_community_need_kind")),
        sa.CheckConstraint("wanted > 0", name=op.f("ck_community_need_wanted")),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_community_need_community_id_community")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["member.id"], name=op.f("fk_community_need_entered_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_community_need")),
    )
    op.create_table(
        "need_claim",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("need_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("said", sa.String(length=8), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("confirmed_by <> member_id", name=op.f("ck_need_claim_never_by_himself")),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'undone')) = (confirmed_by IS NOT NULL)",
            name=op.f("ck_need_claim_said_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["need_id"], ["community_need.id"], name=op.f("fk_need_claim_need_id_community_need")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_need_claim_member_id_member")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["member.id"], name=op.f("fk_need_claim_confirmed_by_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_claim")),
    )
    for table, column in (
        ("community_registration", "member_id"),
        ("community_registration", "community_id"),
        ("community_registration", "entered_by"),
        ("community_need", "community_id"),
        ("community_need", "entered_by"),
        ("need_claim", "member_id"),
        ("need_claim", "confirmed_by"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(
        "uq_need_claim_live",
        "need_claim",
        ["need_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('claimed', 'confirmed')"),
    )


def downgrade():
    op.drop_table("need_claim")
    op.drop_table("community_need")
    op.drop_table("community_registration")
    op.drop_table("community")
