"""QR codes on a screen, who follows the account, and page states that were used."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

LIVE = "used_at IS NULL AND revoked_at IS NULL"


def upgrade():
    op.add_column("bind_code", sa.Column("kind", sa.String(8), nullable=False, server_default="slip"))
    op.add_column("bind_code", sa.Column("scene_sealed", sa.String(200), nullable=True))
    op.add_column("bind_code", sa.Column("url", sa.String(200), nullable=True))
    op.add_column("bind_code", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_bind_code_kind"), "bind_code", "kind IN ('slip', 'screen')")
    op.create_check_constraint(
        op.f("ck_bind_code_screen"),
        "bind_code",
        "kind = 'screen' OR (scene_sealed IS NULL AND url IS NULL AND scanned_at IS NULL)",
    )
    op.drop_index("uq_bind_code_live", "bind_code")
    op.create_index(
        "uq_bind_code_live", "bind_code", ["member_id", "kind"], unique=True, postgresql_where=sa.text(LIVE)
    )
    op.add_column("binding", sa.Column("following", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("binding", sa.Column("follow_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("binding", sa.Column("tagged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "phone_state_used",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade():
    op.drop_table("phone_state_used")
    for name in ("tagged", "follow_at", "following"):
        op.drop_column("binding", name)
    op.drop_index("uq_bind_code_live", "bind_code")
    op.execute("DELETE FROM pending_binding WHERE bind_code_id IN (SELECT id FROM bind_code WHERE kind = 'screen')")
    op.execute("DELETE FROM bind_code WHERE kind = 'screen'")
    op.drop_constraint(op.f("ck_bind_code_screen"), "bind_code")
    op.drop_constraint(op.f("ck_bind_code_kind"), "bind_code")
    for name in ("scanned_at", "url", "scene_sealed", "kind"):
        op.drop_column("bind_code", name)
    op.create_index("uq_bind_code_live", "bind_code", ["member_id"], unique=True, postgresql_where=sa.text(LIVE))
