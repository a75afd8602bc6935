"""The ground: people, claims, the ledger and its guards, the worker's schema.

Stands alone: no import of the product. Goes up and down with rows in place.
"""
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

SQL = Path(__file__).resolve().parents[1] / "sql"


def upgrade():
    guards = (SQL / "guards.sql").read_text()
    before, after = guards.split("-- after the tables")
    _run(before)
    op.create_table('audit_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_member_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.String(length=40), nullable=False),
    sa.Column('door', sa.String(length=12), nullable=False),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=24), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('codes', sa.String(length=200), nullable=False),
    sa.Column('xid', sa.BigInteger(), server_default=sa.text('ledger_xid()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_subject', 'audit_entry', ['subject', 'subject_id'], unique=False)
    op.create_table('bind_attempt',
    sa.Column('openid_digest', sa.String(length=64), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('blocked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('openid_digest', name=op.f('pk_bind_attempt'))
    )
    op.create_table('heartbeat',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_heartbeat'))
    )
    op.create_table('idempotency_key',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('request', sa.String(length=64), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_idempotency_key'))
    )
    op.create_index(op.f('ix_idempotency_key_at'), 'idempotency_key', ['at'], unique=False)
    op.create_table('inbox_message',
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('reply', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_inbox_message'))
    )
    op.create_index(op.f('ix_inbox_message_at'), 'inbox_message', ['at'], unique=False)
    op.create_table('job_run',
    sa.Column('job', sa.String(length=40), nullable=False),
    sa.Column('period', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('progress', postgresql.JSONB(), nullable=False),
    sa.Column('error', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('job', 'period', name=op.f('pk_job_run'))
    )
    op.create_table('ledger_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('rulebook_code', sa.String(length=32), nullable=False),
    sa.Column('item_code', sa.String(length=32), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('value', sa.Numeric(precision=14, scale=4), nullable=True),
    sa.Column('level', sa.String(length=20), nullable=True),
    sa.Column('role', sa.String(length=24), nullable=True),
    sa.Column('excused', sa.Boolean(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('occasion', sa.String(length=60), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=True),
    sa.Column('reverses_id', sa.BigInteger(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('xid', sa.BigInteger(), server_default=sa.text('ledger_xid()'), nullable=False),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_ledger_entry_quantity_positive')),
    sa.ForeignKeyConstraint(['reverses_id'], ['ledger_entry.id'], name=op.f('fk_ledger_entry_reverses_id_ledger_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ledger_entry')),
    sa.UniqueConstraint('reverses_id', name=op.f('uq_ledger_entry_reverses_id')),
    sa.UniqueConstraint('source', 'source_id', 'item_code', 'member_id', 'revision', name='uq_ledger_entry_source')
    )
    op.create_index('ix_ledger_entry_branch', 'ledger_entry', ['branch_id', 'occurred_on'], unique=False)
    op.create_index('ix_ledger_entry_member', 'ledger_entry', ['member_id', 'occurred_on'], unique=False)
    op.create_index('ix_ledger_entry_xid', 'ledger_entry', ['xid'], unique=False)
    op.create_table('score_count',
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('rulebook_id', sa.BigInteger(), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('score', sa.Numeric(12, 2), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('unit_id', 'rulebook_id', 'period', 'score', name=op.f('pk_score_count'))
    )
    op.create_table('seal',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('chain', sa.String(length=8), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('since_xid', sa.BigInteger(), nullable=False),
    sa.Column('until_xid', sa.BigInteger(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('marks', sa.LargeBinary(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seal')),
    sa.UniqueConstraint('chain', 'seq', name=op.f('uq_seal_chain_seq'))
    )
    op.create_table('unit',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('path', sa.String(length=200), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=True),
    sa.Column('type_code', sa.String(length=20), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('names_shown', sa.Boolean(), nullable=False),
    sa.Column('names_shown_basis', sa.String(length=120), nullable=True),
    sa.CheckConstraint("(parent_id IS NULL) = (kind = 'work_committee')", name=op.f('ck_unit_one_root')),
    sa.CheckConstraint('until IS NULL OR until > since', name=op.f('ck_unit_dates')),
    sa.ForeignKeyConstraint(['department_id'], ['unit.id'], name=op.f('fk_unit_department_id_unit')),
    sa.ForeignKeyConstraint(['parent_id'], ['unit.id'], name=op.f('fk_unit_parent_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('code', name=op.f('uq_unit_code')),
    sa.UniqueConstraint('path', name=op.f('uq_unit_path'))
    )
    op.create_index(op.f('ix_unit_department_id'), 'unit', ['department_id'], unique=False)
    op.create_index(op.f('ix_unit_parent_id'), 'unit', ['parent_id'], unique=False)
    op.create_index('ix_unit_path', 'unit', ['path'], unique=False, postgresql_ops={'path': 'text_pattern_ops'})
    op.create_index('uq_unit_name', 'unit', ['parent_id', 'name'], unique=True, postgresql_where=sa.text('until IS NULL'))
    op.create_table('wechat_token',
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('value_sealed', sa.Text(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_wechat_token'))
    )
    op.create_table('branch_counter',
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['branch_id'], ['unit.id'], name=op.f('fk_branch_counter_branch_id_unit')),
    sa.PrimaryKeyConstraint('branch_id', name=op.f('pk_branch_counter'))
    )
    op.create_table('corroboration',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('entry_id', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.String(length=16), nullable=False),
    sa.Column('source_id', sa.BigInteger(), nullable=False),
    sa.Column('noted_by', sa.BigInteger(), nullable=True),
    sa.Column('noted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['ledger_entry.id'], name=op.f('fk_corroboration_entry_id_ledger_entry')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corroboration')),
    sa.UniqueConstraint('source', 'source_id', 'entry_id', name=op.f('uq_corroboration_source_source_id_entry_id'))
    )
    op.create_index(op.f('ix_corroboration_entry_id'), 'corroboration', ['entry_id'], unique=False)
    op.create_table('import_batch',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('layout', postgresql.JSONB(), nullable=False),
    sa.Column('summary', postgresql.JSONB(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_import_batch_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    op.create_index(op.f('ix_import_batch_unit_id'), 'import_batch', ['unit_id'], unique=False)
    op.create_table('ledger_claim',
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('item_code', sa.String(length=32), nullable=False),
    sa.Column('occasion', sa.String(length=60), nullable=False),
    sa.Column('entry_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['ledger_entry.id'], name=op.f('fk_ledger_claim_entry_id_ledger_entry')),
    sa.PrimaryKeyConstraint('member_id', 'item_code', 'occasion', name=op.f('pk_ledger_claim')),
    sa.UniqueConstraint('entry_id', name=op.f('uq_ledger_claim_entry_id'))
    )
    op.create_table('rulebook_assignment',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('category', sa.String(length=24), nullable=True),
    sa.Column('rulebook_code', sa.String(length=32), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    postgresql.ExcludeConstraint((sa.literal_column("int8range(unit_id, unit_id, '[]')"), '&&'), (sa.literal_column('daterange(since, until)'), '&&'), where=sa.text('category IS NULL'), using='gist', name='ex_rulebook_assignment_one'),
    sa.CheckConstraint('until IS NULL OR until > since', name=op.f('ck_rulebook_assignment_dates')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_rulebook_assignment_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rulebook_assignment'))
    )
    op.create_index(op.f('ix_rulebook_assignment_unit_id'), 'rulebook_assignment', ['unit_id'], unique=False)
    op.create_index('uq_rulebook_assignment_category', 'rulebook_assignment', ['unit_id', 'category'], unique=True, postgresql_where=sa.text('until IS NULL'))
    op.create_table('member',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=True),
    sa.Column('name_pinyin', sa.String(length=120), nullable=False),
    sa.Column('joined_on', sa.Date(), nullable=True),
    sa.Column('joined_precision', sa.String(length=1), nullable=False),
    sa.Column('confirmed_on', sa.Date(), nullable=True),
    sa.Column('confirmed_precision', sa.String(length=1), nullable=False),
    sa.Column('staff_number', sa.String(length=24), nullable=True),
    sa.Column('import_batch_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("joined_precision IN ('d', 'm', 'y')", name=op.f('ck_member_joined_precision')),
    sa.ForeignKeyConstraint(['import_batch_id'], ['import_batch.id'], name=op.f('fk_member_import_batch_id_import_batch')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member')),
    sa.UniqueConstraint('number', name=op.f('uq_member_number'))
    )
    op.create_index(op.f('ix_member_import_batch_id'), 'member', ['import_batch_id'], unique=False)
    op.create_index(op.f('ix_member_name_pinyin'), 'member', ['name_pinyin'], unique=False)
    op.create_table('api_token',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=True),
    sa.Column('system_name', sa.String(length=60), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('scopes', postgresql.ARRAY(sa.String(length=40)), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_api_token_member_id_member')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_api_token_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_token')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_token_digest'))
    )
    op.create_index(op.f('ix_api_token_member_id'), 'api_token', ['member_id'], unique=False)
    op.create_table('bind_code',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('issued_by', sa.BigInteger(), nullable=True),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['issued_by'], ['member.id'], name=op.f('fk_bind_code_issued_by_member')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_bind_code_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bind_code')),
    sa.UniqueConstraint('digest', name=op.f('uq_bind_code_digest'))
    )
    op.create_index('uq_bind_code_live', 'bind_code', ['member_id'], unique=True, postgresql_where=sa.text('used_at IS NULL AND revoked_at IS NULL'))
    op.create_table('binding',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('openid_digest', sa.String(length=64), nullable=False),
    sa.Column('openid_sealed', sa.String(length=200), nullable=True),
    sa.Column('bound_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_binding_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_binding'))
    )
    op.create_index(op.f('ix_binding_member_id'), 'binding', ['member_id'], unique=False)
    op.create_index('uq_binding_member', 'binding', ['member_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index('uq_binding_openid', 'binding', ['openid_digest'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('decision',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('subject', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('concerns', sa.BigInteger(), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=True),
    sa.Column('door', sa.String(length=12), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('decided_by <> concerns', name=op.f('ck_decision_never_ones_own')),
    sa.ForeignKeyConstraint(['concerns'], ['member.id'], name=op.f('fk_decision_concerns_member')),
    sa.ForeignKeyConstraint(['decided_by'], ['member.id'], name=op.f('fk_decision_decided_by_member')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_decision_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    sa.UniqueConstraint('subject', 'subject_id', 'step', 'outcome', name='uq_decision_once')
    )
    op.create_index(op.f('ix_decision_concerns'), 'decision', ['concerns'], unique=False)
    op.create_index(op.f('ix_decision_decided_by'), 'decision', ['decided_by'], unique=False)
    op.create_table('exemption',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('minute', sa.String(length=80), nullable=False),
    sa.Column('approved_by', sa.BigInteger(), nullable=False),
    sa.Column('approved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_by', sa.BigInteger(), nullable=True),
    postgresql.ExcludeConstraint((sa.literal_column("int8range(member_id, member_id, '[]')"), '&&'), (sa.literal_column('daterange(since, until)'), '&&'), where=sa.text('revoked_at IS NULL'), using='gist', name='ex_exemption_once'),
    sa.CheckConstraint('until > since', name=op.f('ck_exemption_dates')),
    sa.ForeignKeyConstraint(['approved_by'], ['member.id'], name=op.f('fk_exemption_approved_by_member')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_exemption_member_id_member')),
    sa.ForeignKeyConstraint(['revoked_by'], ['member.id'], name=op.f('fk_exemption_revoked_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exemption'))
    )
    op.create_index(op.f('ix_exemption_member_id'), 'exemption', ['member_id'], unique=False)
    op.create_table('membership',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('cell_id', sa.BigInteger(), nullable=True),
    sa.Column('category', sa.String(length=24), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('reason', sa.String(length=20), nullable=False),
    sa.Column('import_batch_id', sa.BigInteger(), nullable=True),
    postgresql.ExcludeConstraint((sa.literal_column("int8range(member_id, member_id, '[]')"), '&&'), (sa.literal_column('daterange(since, until)'), '&&'), using='gist', name='ex_membership_one_branch_a_day'),
    sa.CheckConstraint('until IS NULL OR until > since', name=op.f('ck_membership_dates')),
    sa.ForeignKeyConstraint(['branch_id'], ['unit.id'], name=op.f('fk_membership_branch_id_unit')),
    sa.ForeignKeyConstraint(['cell_id'], ['unit.id'], name=op.f('fk_membership_cell_id_unit')),
    sa.ForeignKeyConstraint(['import_batch_id'], ['import_batch.id'], name=op.f('fk_membership_import_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_membership_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership'))
    )
    op.create_index(op.f('ix_membership_branch_id'), 'membership', ['branch_id'], unique=False)
    op.create_index('ix_membership_branch_open', 'membership', ['branch_id'], unique=False, postgresql_where=sa.text('until IS NULL'))
    op.create_index(op.f('ix_membership_import_batch_id'), 'membership', ['import_batch_id'], unique=False)
    op.create_index(op.f('ix_membership_member_id'), 'membership', ['member_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('data', postgresql.JSONB(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('platform_id', sa.String(length=40), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_notice_member_id_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('key', name=op.f('uq_notice_key'))
    )
    op.create_index('ix_notice_due', 'notice', ['not_before'], unique=False, postgresql_where=sa.text("state = 'queued'"))
    op.create_index(op.f('ix_notice_member_id'), 'notice', ['member_id'], unique=False)
    op.create_table('notice_preference',
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.String(length=24), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_notice_preference_member_id_member')),
    sa.PrimaryKeyConstraint('member_id', 'kind', name=op.f('pk_notice_preference'))
    )
    op.create_table('post',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.String(length=24), nullable=False),
    sa.Column('title', sa.String(length=30), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=True),
    sa.Column('import_batch_id', sa.BigInteger(), nullable=True),
    postgresql.ExcludeConstraint((sa.literal_column("int8range(member_id, member_id, '[]')"), '&&'), (sa.literal_column('daterange(since, until)'), '&&'), where=sa.text("role IN ('it', 'security', 'auditor')"), using='gist', name='ex_post_separated'),
    sa.CheckConstraint('until IS NULL OR until > since', name=op.f('ck_post_dates')),
    sa.ForeignKeyConstraint(['import_batch_id'], ['import_batch.id'], name=op.f('fk_post_import_batch_id_import_batch')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_post_member_id_member')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_post_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post'))
    )
    op.create_index(op.f('ix_post_import_batch_id'), 'post', ['import_batch_id'], unique=False)
    op.create_index(op.f('ix_post_member_id'), 'post', ['member_id'], unique=False)
    op.create_index('ix_post_unit_role', 'post', ['unit_id', 'role'], unique=False)
    op.create_index('uq_post_open', 'post', ['member_id', 'unit_id', 'role'], unique=True, postgresql_where=sa.text('until IS NULL'))
    op.create_table('rulebook_version',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('version', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('loaded_by', sa.BigInteger(), nullable=True),
    sa.Column('loaded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('activated_by', sa.BigInteger(), nullable=True),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_document', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['activated_by'], ['member.id'], name=op.f('fk_rulebook_version_activated_by_member')),
    sa.ForeignKeyConstraint(['loaded_by'], ['member.id'], name=op.f('fk_rulebook_version_loaded_by_member')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rulebook_version')),
    sa.UniqueConstraint('code', 'version', name=op.f('uq_rulebook_version_code_version'))
    )
    op.create_index('uq_rulebook_effective', 'rulebook_version', ['code', 'effective_from'], unique=True, postgresql_where=sa.text('activated_at IS NOT NULL'))
    op.create_table('transfer',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('from_branch_id', sa.BigInteger(), nullable=False),
    sa.Column('to_branch_id', sa.BigInteger(), nullable=False),
    sa.Column('moved_on', sa.Date(), nullable=False),
    sa.Column('letter', sa.String(length=40), nullable=False),
    sa.Column('recorded_by', sa.BigInteger(), nullable=True),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['from_branch_id'], ['unit.id'], name=op.f('fk_transfer_from_branch_id_unit')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_transfer_member_id_member')),
    sa.ForeignKeyConstraint(['recorded_by'], ['member.id'], name=op.f('fk_transfer_recorded_by_member')),
    sa.ForeignKeyConstraint(['to_branch_id'], ['unit.id'], name=op.f('fk_transfer_to_branch_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfer'))
    )
    op.create_index(op.f('ix_transfer_member_id'), 'transfer', ['member_id'], unique=False)
    op.create_table('report',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('rulebook_id', sa.BigInteger(), nullable=False),
    sa.Column('item_code', sa.String(length=32), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=False),
    sa.Column('quantity', sa.Numeric(precision=12, scale=2), nullable=False),
    sa.Column('value', sa.Numeric(precision=14, scale=4), nullable=True),
    sa.Column('level', sa.String(length=20), nullable=True),
    sa.Column('occasion', sa.String(length=60), nullable=False),
    sa.Column('words', sa.String(length=500), nullable=False),
    sa.Column('evidence', sa.String(length=200), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('previous_id', sa.BigInteger(), nullable=True),
    sa.Column('step_unit_id', sa.BigInteger(), nullable=True),
    sa.Column('door', sa.String(length=12), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('quantity > 0', name=op.f('ck_report_quantity_positive')),
    sa.ForeignKeyConstraint(['branch_id'], ['unit.id'], name=op.f('fk_report_branch_id_unit')),
    sa.ForeignKeyConstraint(['member_id'], ['member.id'], name=op.f('fk_report_member_id_member')),
    sa.ForeignKeyConstraint(['previous_id'], ['report.id'], name=op.f('fk_report_previous_id_report')),
    sa.ForeignKeyConstraint(['rulebook_id'], ['rulebook_version.id'], name=op.f('fk_report_rulebook_id_rulebook_version')),
    sa.ForeignKeyConstraint(['step_unit_id'], ['unit.id'], name=op.f('fk_report_step_unit_id_unit')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('branch_id', 'number', name=op.f('uq_report_branch_id_number')),
    sa.UniqueConstraint('previous_id', name=op.f('uq_report_previous_id'))
    )
    op.create_index('ix_report_member', 'report', ['member_id', 'id'], unique=False)
    op.create_index('ix_report_queue', 'report', ['step_unit_id', 'id'], unique=False, postgresql_where=sa.text("state = 'pending'"))
    op.create_index('uq_report_live_deed', 'report', ['member_id', 'item_code', 'occasion'], unique=True, postgresql_where=sa.text("state IN ('pending', 'approved')"))
    op.create_table('standing',
    sa.Column('member_id', sa.BigInteger(), nullable=False),
    sa.Column('period', sa.String(length=8), nullable=False),
    sa.Column('rulebook_id', sa.BigInteger(), nullable=False),
    sa.Column('branch_id', sa.BigInteger(), nullable=False),
    sa.Column('department_id', sa.BigInteger(), nullable=True),
    sa.Column('total', sa.Numeric(12, 2), nullable=False),
    sa.Column('grade', sa.String(length=20), nullable=True),
    sa.Column('ranked', sa.Boolean(), nullable=False),
    sa.Column('vetoed', sa.Boolean(), nullable=False),
    sa.Column('scored_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['rulebook_id'], ['rulebook_version.id'], name=op.f('fk_standing_rulebook_id_rulebook_version')),
    sa.PrimaryKeyConstraint('member_id', 'period', 'rulebook_id', name=op.f('pk_standing'))
    )
    op.create_index('ix_standing_branch', 'standing', ['branch_id', 'period', 'rulebook_id'], unique=False)
    op.create_index('ix_standing_department', 'standing', ['department_id', 'period', 'rulebook_id'], unique=False)
    # ### end Alembic commands ###
    _run(after)
    op.execute(sa.text("CREATE SCHEMA procrastinate"))
    op.execute(sa.text("SET LOCAL search_path TO procrastinate"))
    _run((SQL / "procrastinate_3.sql").read_text())
    op.execute(sa.text("SET LOCAL search_path TO public, procrastinate"))


def downgrade():
    op.execute(sa.text("DROP SCHEMA procrastinate CASCADE"))
    op.drop_index('ix_standing_department', table_name='standing')
    op.drop_index('ix_standing_branch', table_name='standing')
    op.drop_table('standing')
    op.drop_index('uq_report_live_deed', table_name='report', postgresql_where=sa.text("state IN ('pending', 'approved')"))
    op.drop_index('ix_report_queue', table_name='report', postgresql_where=sa.text("state = 'pending'"))
    op.drop_index('ix_report_member', table_name='report')
    op.drop_table('report')
    op.drop_index(op.f('ix_transfer_member_id'), table_name='transfer')
    op.drop_table('transfer')
    op.drop_index('uq_rulebook_effective', table_name='rulebook_version', postgresql_where=sa.text('activated_at IS NOT NULL'))
    op.drop_table('rulebook_version')
    op.drop_index('uq_post_open', table_name='post', postgresql_where=sa.text('until IS NULL'))
    op.drop_index('ix_post_unit_role', table_name='post')
    op.drop_index(op.f('ix_post_member_id'), table_name='post')
    op.drop_index(op.f('ix_post_import_batch_id'), table_name='post')
    op.drop_table('post')
    op.drop_table('notice_preference')
    op.drop_index(op.f('ix_notice_member_id'), table_name='notice')
    op.drop_index('ix_notice_due', table_name='notice', postgresql_where=sa.text("state = 'queued'"))
    op.drop_table('notice')
    op.drop_index(op.f('ix_membership_member_id'), table_name='membership')
    op.drop_index(op.f('ix_membership_import_batch_id'), table_name='membership')
    op.drop_index('ix_membership_branch_open', table_name='membership', postgresql_where=sa.text('until IS NULL'))
    op.drop_index(op.f('ix_membership_branch_id'), table_name='membership')
    op.drop_table('membership')
    op.drop_index(op.f('ix_exemption_member_id'), table_name='exemption')
    op.drop_table('exemption')
    op.drop_index(op.f('ix_decision_decided_by'), table_name='decision')
    op.drop_index(op.f('ix_decision_concerns'), table_name='decision')
    op.drop_table('decision')
    op.drop_index('uq_binding_openid', table_name='binding', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('uq_binding_member', table_name='binding', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index(op.f('ix_binding_member_id'), table_name='binding')
    op.drop_table('binding')
    op.drop_index('uq_bind_code_live', table_name='bind_code', postgresql_where=sa.text('used_at IS NULL AND revoked_at IS NULL'))
    op.drop_table('bind_code')
    op.drop_index(op.f('ix_api_token_member_id'), table_name='api_token')
    op.drop_table('api_token')
    op.drop_index(op.f('ix_member_name_pinyin'), table_name='member')
    op.drop_index(op.f('ix_member_import_batch_id'), table_name='member')
    op.drop_table('member')
    op.drop_index('uq_rulebook_assignment_category', table_name='rulebook_assignment', postgresql_where=sa.text('until IS NULL'))
    op.drop_index(op.f('ix_rulebook_assignment_unit_id'), table_name='rulebook_assignment')
    op.drop_table('rulebook_assignment')
    op.drop_table('ledger_claim')
    op.drop_index(op.f('ix_import_batch_unit_id'), table_name='import_batch')
    op.drop_table('import_batch')
    op.drop_index(op.f('ix_corroboration_entry_id'), table_name='corroboration')
    op.drop_table('corroboration')
    op.drop_table('branch_counter')
    op.drop_table('wechat_token')
    op.drop_index('uq_unit_name', table_name='unit', postgresql_where=sa.text('until IS NULL'))
    op.drop_index('ix_unit_path', table_name='unit', postgresql_ops={'path': 'text_pattern_ops'})
    op.drop_index(op.f('ix_unit_parent_id'), table_name='unit')
    op.drop_index(op.f('ix_unit_department_id'), table_name='unit')
    op.drop_table('unit')
    op.drop_table('seal')
    op.drop_table('score_count')
    op.drop_index('ix_ledger_entry_xid', table_name='ledger_entry')
    op.drop_index('ix_ledger_entry_member', table_name='ledger_entry')
    op.drop_index('ix_ledger_entry_branch', table_name='ledger_entry')
    op.drop_table('ledger_entry')
    op.drop_table('job_run')
    op.drop_index(op.f('ix_inbox_message_at'), table_name='inbox_message')
    op.drop_table('inbox_message')
    op.drop_index(op.f('ix_idempotency_key_at'), table_name='idempotency_key')
    op.drop_table('idempotency_key')
    op.drop_table('heartbeat')
    op.drop_table('bind_attempt')
    op.drop_index('ix_audit_entry_subject', table_name='audit_entry')
    op.drop_table('audit_entry')
    # ### end Alembic commands ###
    for function in ("continue_xids()", "ledger_xid()", "refuse_change()", "refuse_new_text()"):
        op.execute(sa.text(f"DROP FUNCTION IF EXISTS {function} CASCADE"))
    op.execute(sa.text("DROP TABLE xid_base"))
    op.execute(sa.text("DROP SEQUENCE member_number"))


def _run(script):
    """Run a script of several statements as it stands."""
    op.get_bind().connection.driver_connection.execute(script)
