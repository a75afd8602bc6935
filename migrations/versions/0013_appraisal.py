"""民主评议党员 of branches: lists, steps, changes, counts of votes, tasks.

What is final never changes: triggers refuse, words that a person may have
erased excepted.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

GUARDS = """
CREATE FUNCTION refuse_final_appraisal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP = 'INSERT' THEN to_jsonb(NEW) ELSE to_jsonb(OLD) END;
    which bigint := CASE TG_ARGV[0]
        WHEN 'self' THEN (was ->> 'id')::bigint
        WHEN 'list' THEN (was ->> 'appraisal_id')::bigint
        ELSE (SELECT s.appraisal_id FROM public.appraisal_step s WHERE s.id = (was ->> 'step_id')::bigint) END;
BEGIN
    IF EXISTS (SELECT 1 FROM public.appraisal a WHERE a.id = which AND a.state = 'final')
        AND NOT (TG_OP = 'UPDATE' AND to_jsonb(NEW) - TG_ARGV[1] = was - TG_ARGV[1]) THEN
        RAISE EXCEPTION 'a final appraisal never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER appraisal_guard BEFORE UPDATE OR DELETE ON appraisal
    FOR EACH ROW EXECUTE FUNCTION refuse_final_appraisal('self', '');
CREATE TRIGGER appraisal_line_guard BEFORE INSERT OR UPDATE OR DELETE ON appraisal_line
    FOR EACH ROW EXECUTE FUNCTION refuse_final_appraisal('list', '');
CREATE TRIGGER appraisal_step_guard BEFORE INSERT OR UPDATE OR DELETE ON appraisal_step
    FOR EACH ROW EXECUTE FUNCTION refuse_final_appraisal('list', 'undone_reason');
CREATE TRIGGER appraisal_change_guard BEFORE INSERT OR UPDATE OR DELETE ON appraisal_change
    FOR EACH ROW EXECUTE FUNCTION refuse_final_appraisal('step', 'reason');
CREATE TRIGGER appraisal_ballot_guard BEFORE INSERT OR UPDATE OR DELETE ON appraisal_ballot
    FOR EACH ROW EXECUTE FUNCTION refuse_final_appraisal('step', '');
"""


def upgrade():
    op.create_table('appraisal',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('rulebook_id', sa.BigInteger(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('started_by', sa.BigInteger(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('final_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['branch_id'], ['unit.id'], name=op.f('fk_appraisal_branch_id_unit')),
    sa.ForeignKeyConstraint(['rulebook_id'], ['rulebook_version.id'], name=op.f('fk_appraisal_rulebook_id_rulebook_version')),
    sa.ForeignKeyConstraint(['started_by'], ['member.id'], name=op.f('fk_appraisal_started_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal')),
    sa.UniqueConstraint('branch_id', 'year', name=op.f('uq_appraisal_branch_id_year'))
    )
    op.create_table('appraisal_line',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger(), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=True),
    sa.Column('total', sa.Numeric(12, 2), nullable=False),
    sa.Column('by_score', sa.String(length=20), nullable=True),
    sa.Column('vetoed', sa.Boolean(), nullable=False),
    sa.Column('proposed', sa.String(length=20), nullable=True),
    sa.Column('grade', sa.String(length=20), nullable=True),
    sa.Column('confirm', sa.Boolean(), nullable=False),
    sa.Column('confirmed_by', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('confirmed_by <> member_id', name=op.f('ck_appraisal_line_never_ones_own')),
    sa.CheckConstraint('confirmed_by IS NULL OR confirm', name=op.f('ck_appraisal_line_asked_before')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_line_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['member.id'], name=op.f('fk_appraisal_line_confirmed_by_member')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_appraisal_line_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_line')),
    sa.UniqueConstraint('appraisal_id', 'member_id', name=op.f('uq_appraisal_line_appraisal_id_member_id'))
    )
    op.create_index('uq_appraisal_line_once_a_year', 'appraisal_line', ['member_id', 'year'], unique=True, postgresql_where=sa.text("reason IS DISTINCT FROM 'elsewhere'"))
    op.create_table('appraisal_step',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('appraisal_id', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.String(length=12), nullable=False),
    sa.Column('minute', sa.String(length=80), nullable=True),
    sa.Column('held_on', sa.Date(), nullable=True),
    sa.Column('expected', sa.Integer(), nullable=True),
    sa.Column('present', sa.Integer(), nullable=True),
    sa.Column('grade', sa.String(length=20), nullable=True),
    sa.Column('tied', postgresql.ARRAY(sa.BigInteger()), nullable=True),
    sa.Column('chosen', postgresql.ARRAY(sa.BigInteger()), nullable=True),
    sa.Column('recorded_by', sa.BigInteger(), nullable=False),
    sa.Column('on_behalf_of', sa.BigInteger(), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('door', sa.String(length=12), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.BigInteger(), nullable=True),
    sa.Column('undone_reason', sa.String(length=200), nullable=True),
    sa.CheckConstraint('NOT on_behalf_of = ANY(tied)', name=op.f('ck_appraisal_step_never_for_the_one_concerned')),
    sa.CheckConstraint('NOT recorded_by = ANY(tied)', name=op.f('ck_appraisal_step_never_ones_own')),
    sa.CheckConstraint('present <= expected AND 2 * present > expected', name=op.f('ck_appraisal_step_quorum')),
    sa.ForeignKeyConstraint(['appraisal_id'], ['appraisal.id'], name=op.f('fk_appraisal_step_appraisal_id_appraisal')),
    sa.ForeignKeyConstraint(['on_behalf_of'], ['member.id'], name=op.f('fk_appraisal_step_on_behalf_of_member')),
    sa.ForeignKeyConstraint(['recorded_by'], ['member.id'], name=op.f('fk_appraisal_step_recorded_by_member')),
    sa.ForeignKeyConstraint(['undone_by'], ['member.id'], name=op.f('fk_appraisal_step_undone_by_member')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_appraisal_step_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_step'))
    )
    op.create_index('uq_appraisal_step_live', 'appraisal_step', ['appraisal_id', 'step', 'grade'], unique=True, postgresql_where=sa.text('undone_at IS NULL'), postgresql_nulls_not_distinct=True)
    op.create_table('appraisal_ballot',
    sa.Column('step_id', sa.BigInteger(), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('choice', sa.String(length=20), nullable=False),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.CheckConstraint('votes >= 0', name=op.f('ck_appraisal_ballot_votes')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_appraisal_ballot_member_id_member')),
    sa.ForeignKeyConstraint(['step_id'], ['appraisal_step.id'], name=op.f('fk_appraisal_ballot_step_id_appraisal_step')),
    sa.PrimaryKeyConstraint('step_id', 'member_id', 'choice', name=op.f('pk_appraisal_ballot'))
    )
    op.create_index(op.f('ix_appraisal_ballot_member_id'), 'appraisal_ballot', ['member_id'], unique=False)
    op.create_table('appraisal_change',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('step_id', sa.BigInteger(), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('before', sa.String(length=20), nullable=True),
    sa.Column('after', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.CheckConstraint('before IS DISTINCT FROM after', name=op.f('ck_appraisal_change_differs')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_appraisal_change_member_id_member')),
    sa.ForeignKeyConstraint(['step_id'], ['appraisal_step.id'], name=op.f('fk_appraisal_change_step_id_appraisal_step')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_change')),
    sa.UniqueConstraint('step_id', 'member_id', name=op.f('uq_appraisal_change_step_id_member_id'))
    )
    op.create_index(op.f('ix_appraisal_change_member_id'), 'appraisal_change', ['member_id'], unique=False)
    op.create_table('appraisal_task',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('line_id', sa.BigInteger(), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('because', sa.String(length=32), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done', sa.String(length=16), nullable=True),
    sa.Column('minute', sa.String(length=80), nullable=True),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('done_by', sa.BigInteger(), nullable=True),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('(done IS NULL) = (done_by IS NULL)', name=op.f('ck_appraisal_task_done_by_somebody')),
    sa.CheckConstraint('done_by <> member_id', name=op.f('ck_appraisal_task_never_ones_own')),
    sa.ForeignKeyConstraint(['branch_id'], ['unit.id'], name=op.f('fk_appraisal_task_branch_id_unit')),
    sa.ForeignKeyConstraint(['done_by'], ['member.id'], name=op.f('fk_appraisal_task_done_by_member')),
    sa.ForeignKeyConstraint(['line_id'], ['appraisal_line.id'], name=op.f('fk_appraisal_task_line_id_appraisal_line')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_appraisal_task_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appraisal_task')),
    sa.UniqueConstraint('line_id', 'kind', name=op.f('uq_appraisal_task_line_id_kind'))
    )
    op.create_index(op.f('ix_appraisal_task_branch_id'), 'appraisal_task', ['branch_id'], unique=False)
    op.create_index(op.f('ix_appraisal_task_member_id'), 'appraisal_task', ['member_id'], unique=False)
    op.get_bind().connection.driver_connection.execute(GUARDS)


def downgrade():
    for table in ("task", "change", "ballot", "step", "line"):
        op.drop_table(f"appraisal_{table}")
    op.drop_table("appraisal")
    op.execute(sa.text("DROP FUNCTION refuse_final_appraisal()"))
