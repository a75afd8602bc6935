"""By which ways somebody may be reached, what was used up, and how notices ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"

_WAYS = postgresql.ARRAY(sa.String(12))


def upgrade():
    op.add_column("notice", sa.Column("channel", sa.String(12), nullable=True))
    op.add_column("notice", sa.Column("tried", _WAYS, nullable=False, server_default="{}"))
    op.add_column("notice", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notice", sa.Column("settled_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_notice_settled_by_member"), "notice", "member", ["settled_by"], ["id"])
    op.create_index(op.f("ix_notice_settled_by"), "notice", ["settled_by"])
    # Until now all that left went as a template message.
    op.execute("UPDATE notice SET channel = 'template' WHERE sent_at IS NOT NULL")
    # What nobody could be sent is told in person, unless the person wants none or there was nothing to say.
    op.execute(
        "UPDATE notice SET state = 'waits' WHERE state = 'skipped' AND reason IN ('not_bound', 'no_template')"
        " AND created_at > now() - interval '30 days'"
    )
    op.create_index(
        "ix_notice_sending", "notice", ["lease_until"], postgresql_where=sa.text("state = 'sending'")
    )
    op.create_index(
        "ix_notice_platform", "notice", ["platform_id"], postgresql_where=sa.text("platform_id IS NOT NULL")
    )
    op.create_index(
        "ix_notice_unseen",
        "notice",
        ["member_id"],
        postgresql_where=sa.text("state IN ('waits', 'failed', 'unknown')"),
    )
    op.create_table(
        "notice_consent",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("template_id", sa.String(64), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('"left" >= 0', name=op.f("ck_notice_consent_left_not_negative")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_consent_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", "template_id", name=op.f("pk_notice_consent")),
    )
    op.create_table(
        "notice_reach",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("message_left", sa.Integer(), nullable=False),
        sa.Column("event_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("event_left", sa.Integer(), nullable=False),
        sa.Column("off", _WAYS, nullable=False),
        sa.Column("blocked", _WAYS, nullable=False),
        sa.CheckConstraint(
            "message_left >= 0 AND event_left >= 0", name=op.f("ck_notice_reach_left_not_negative")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_notice_reach_member_id_member")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_notice_reach")),
    )
    op.create_table(
        "notice_quota",
        sa.Column("channel", sa.String(12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "day", name=op.f("pk_notice_quota")),
    )


def downgrade():
    op.drop_table("notice_quota")
    op.drop_table("notice_reach")
    op.drop_table("notice_consent")
    op.drop_index("ix_notice_unseen", table_name="notice")
    op.drop_index("ix_notice_platform", table_name="notice")
    op.drop_index("ix_notice_sending", table_name="notice")
    op.execute("UPDATE notice SET state = 'accepted' WHERE state IN ('delivered', 'informed')")
    op.execute("UPDATE notice SET state = 'skipped' WHERE state = 'waits'")
    op.drop_index(op.f("ix_notice_settled_by"), table_name="notice")
    op.drop_constraint(op.f("fk_notice_settled_by_member"), "notice", type_="foreignkey")
    for column in ("settled_by", "ended_at", "tried", "channel"):
        op.drop_column("notice", column)
