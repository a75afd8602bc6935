"""Every reference to a person or a unit has an index, so that taking many back looks at no table in full."""

from alembic import op

revision = "0027"
down_revision = "0026"

COLUMNS = (
    ("absence", "entered_by"),
    ("api_token", "unit_id"),
    ("appraisal", "started_by"),
    ("appraisal_line", "confirmed_by"),
    ("appraisal_line", "member_id"),
    ("appraisal_step", "on_behalf_of"),
    ("appraisal_step", "recorded_by"),
    ("appraisal_step", "undone_by"),
    ("appraisal_step", "unit_id"),
    ("appraisal_task", "done_by"),
    ("ask", "home_id"),
    ("ask", "unit_id"),
    ("attendee", "confirmed_by"),
    ("bind_code", "issued_by"),
    ("bind_code", "member_id"),
    ("decision", "on_behalf_of"),
    ("decision", "unit_id"),
    ("deputy", "named_by"),
    ("exemption", "approved_by"),
    ("exemption", "revoked_by"),
    ("gathering", "cell_id"),
    ("import_line", "branch_id"),
    ("leave_request", "entered_by"),
    ("objection", "answered_by"),
    ("objection", "entered_by"),
    ("privacy_request", "answered_by"),
    ("privacy_request", "entered_by"),
    ("privacy_request", "unit_id"),
    ("roster_correction", "proposed_by"),
    ("rulebook_version", "activated_by"),
    ("rulebook_version", "loaded_by"),
    ("sample_look", "branch_id"),
    ("sample_look", "department_id"),
    ("sample_look", "looker_id"),
    ("start_code", "issued_by"),
    ("transfer", "from_branch_id"),
    ("transfer", "recorded_by"),
    ("transfer", "to_branch_id"),
    ("year_end", "confirmed_by"),
)


def upgrade():
    for table, column in COLUMNS:
        op.create_index(f"ix_{table}_{column}", table, [column])
    op.drop_index("ix_report_queue", table_name="report")
    op.execute("CREATE INDEX ix_report_queue ON report (step_unit_id, id) WHERE step_unit_id IS NOT NULL")


def downgrade():
    op.drop_index("ix_report_queue", table_name="report")
    op.execute("CREATE INDEX ix_report_queue ON report (step_unit_id, id) WHERE state = 'pending'")
    for table, column in reversed(COLUMNS):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
