"""A community's word on a registration is known, it may be said by its own token, and it may be taken back.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

_REGISTRATION, _CLAIM, _TOKEN = "community_registration", "need_claim", "api_token"


def upgrade():
    op.add_column(_REGISTRATION, sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(_REGISTRATION, sa.Column("confirmed_by", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_community_registration_confirmed_by_member"), _REGISTRATION, "member", ["confirmed_by"], ["id"]
    )
    op.create_index(op.f("ix_community_registration_confirmed_by"), _REGISTRATION, ["confirmed_by"])
    # Who was registered by somebody else was so from the community's paper.
    op.execute(
        "UPDATE community_registration SET confirmed_by = entered_by,"
        " confirmed_at = since::timestamp AT TIME ZONE 'Asia/Shanghai'"
        " WHERE entered_by <> member_id"
    )
    op.create_check_constraint(
        op.f("ck_community_registration_never_by_himself"), _REGISTRATION, "confirmed_by <> member_id"
    )
    op.create_check_constraint(
        op.f("ck_community_registration_confirmed"),
        _REGISTRATION,
        "confirmed_by IS NULL OR confirmed_at IS NOT NULL",
    )
    op.drop_constraint(op.f("ck_need_claim_said_by_somebody"), _CLAIM)
    op.create_check_constraint(
        op.f("ck_need_claim_said"),
        _CLAIM,
        "(state IN ('confirmed', 'undone', 'retracted')) = (confirmed_at IS NOT NULL)",
    )
    op.create_check_constraint(
        op.f("ck_need_claim_said_by_somebody"), _CLAIM, "confirmed_by IS NULL OR confirmed_at IS NOT NULL"
    )
    op.add_column(_TOKEN, sa.Column("community_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_api_token_community_id_community"), _TOKEN, "community", ["community_id"], ["id"]
    )
    op.create_index(op.f("ix_api_token_community_id"), _TOKEN, ["community_id"])
    op.create_check_constraint(
        op.f("ck_api_token_one"), _TOKEN, "num_nonnulls(member_id, unit_id, community_id) <= 1"
    )


def downgrade():
    op.drop_constraint(op.f("ck_api_token_one"), _TOKEN)
    op.execute("DELETE FROM api_token WHERE community_id IS NOT NULL")
    op.drop_index(op.f("ix_api_token_community_id"), _TOKEN)
    op.drop_column(_TOKEN, "community_id")
    op.drop_constraint(op.f("ck_need_claim_said_by_somebody"), _CLAIM)
    op.drop_constraint(op.f("ck_need_claim_said"), _CLAIM)
    # What only this revision knows: a word taken back, or said by the community itself.
    op.execute("UPDATE need_claim SET state = 'withdrawn', confirmed_by = NULL WHERE state = 'retracted'")
    op.execute("UPDATE need_claim SET state = 'withdrawn' WHERE state IN ('confirmed', 'undone') AND confirmed_by IS NULL")
    op.create_check_constraint(
        op.f("ck_need_claim_said_by_somebody"),
        _CLAIM,
        "(state IN ('confirmed', 'undone')) = (confirmed_by IS NOT NULL)",
    )
    op.drop_constraint(op.f("ck_community_registration_confirmed"), _REGISTRATION)
    op.drop_constraint(op.f("ck_community_registration_never_by_himself"), _REGISTRATION)
    op.drop_index(op.f("ix_community_registration_confirmed_by"), _REGISTRATION)
    op.drop_column(_REGISTRATION, "confirmed_by")
    op.drop_column(_REGISTRATION, "confirmed_at")
