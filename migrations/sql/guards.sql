-- What the database itself promises.

-- Transaction ids start over when data moves to another server; the base
-- keeps the ids of sealed rows below those of new ones.
CREATE TABLE xid_base (base bigint NOT NULL, one boolean PRIMARY KEY DEFAULT true CHECK (one));
INSERT INTO xid_base (base) VALUES (0);

CREATE FUNCTION ledger_xid() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT base + pg_current_xact_id()::text::bigint FROM public.xid_base $$;

-- On a server that holds moved data: let new ids follow on those of the rows.
CREATE FUNCTION continue_xids() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE public.xid_base SET base = greatest(base, 1 - pg_current_xact_id()::text::bigint + greatest(
        (SELECT coalesce(max(xid), 0) FROM public.ledger_entry),
        (SELECT coalesce(max(xid), 0) FROM public.audit_entry),
        (SELECT coalesce(max(until_xid), 0) FROM public.seal)));
END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION refuse_new_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.text, NEW.digest, NEW.code, NEW.version, NEW.effective_from)
        IS DISTINCT FROM (OLD.text, OLD.digest, OLD.code, OLD.version, OLD.effective_from) THEN
        RAISE EXCEPTION 'a rulebook version is never edited' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- Member numbers: one sequence, so that two imports never meet.
CREATE SEQUENCE member_number;

-- after the tables
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER rulebook_version_text BEFORE UPDATE ON rulebook_version
    FOR EACH ROW EXECUTE FUNCTION refuse_new_text();
