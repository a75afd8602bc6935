"""Sealed rows may go when their time is over, and only then.

A line of seal_purge covers seals from the beginning of a chain; the trigger on
the sealed tables lets rows below it go, and the trigger on seal_purge refuses
lines over seals younger than five years (ledger) or six months (audit).
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

GUARDS = """
CREATE FUNCTION refuse_early_purge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE term interval := CASE NEW.chain WHEN 'ledger' THEN interval '5 years' ELSE interval '6 months' END;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.seal s WHERE (s.chain, s.seq, s.until_xid, s.digest)
                    = (NEW.chain, NEW.seq, NEW.until_xid, NEW.digest))
       OR EXISTS (SELECT 1 FROM public.seal s WHERE s.chain = NEW.chain AND s.seq <= NEW.seq
                   AND s.sealed_at > clock_timestamp() - term) THEN
        RAISE EXCEPTION 'rows of % are not old enough to go', NEW.chain USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_change_before_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM public.seal_purge p
                                     WHERE p.chain = TG_ARGV[0] AND OLD.xid < p.until_xid) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER seal_purge_append_only BEFORE UPDATE OR DELETE ON seal_purge
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_purge_no_truncate BEFORE TRUNCATE ON seal_purge
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_purge_in_time BEFORE INSERT ON seal_purge
    FOR EACH ROW EXECUTE FUNCTION refuse_early_purge();
"""


def upgrade():
    op.create_table(
        "seal_purge",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("chain", sa.String(length=8), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("until_xid", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("purged_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_purge")),
        sa.UniqueConstraint("chain", "seq", name=op.f("uq_seal_purge_chain_seq")),
    )
    op.execute(GUARDS)
    for table, chain in (("ledger_entry", "ledger"), ("audit_entry", "audit")):
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION refuse_change_before_term('{chain}')"
        )


def downgrade():
    for table in ("ledger_entry", "audit_entry"):
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    op.drop_table("seal_purge")
    op.execute("DROP FUNCTION refuse_early_purge()")
    op.execute("DROP FUNCTION refuse_change_before_term()")
