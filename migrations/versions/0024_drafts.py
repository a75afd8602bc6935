"""A draft of a list keeps its place when it is drawn anew: its frame and digest may change until it is shown."""

from alembic import op

revision = "0024"
down_revision = "0023"

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
    IF (NEW.kind, NEW.unit_id, NEW.period, NEW.revision) IS DISTINCT FROM
       (OLD.kind, OLD.unit_id, OLD.period, OLD.revision) THEN
        RAISE EXCEPTION 'what a list is never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF {shown}(NEW.frame, NEW.seal_seq, NEW.digest, NEW.drawn_at) IS DISTINCT FROM
       (OLD.frame, OLD.seal_seq, OLD.digest, OLD.drawn_at) THEN
        RAISE EXCEPTION 'what a list says never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade():
    op.execute(GUARD.format(shown="NOT (OLD.state = 'drawn' AND NEW.state = 'drawn') AND "))


def downgrade():
    op.execute(GUARD.format(shown=""))
