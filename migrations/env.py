"""Runs the revisions inside one transaction on the app's engine."""

from alembic import context
from flask import current_app

import bot.models  # noqa: F401  (its tables join the metadata)
from jifen import tables

engine = current_app.extensions["migrate"].db.engine


def ours(_object, name, kind, _reflected, _compare_to):
    """Leave aside what plain SQL owns: the worker's tables and the ledger's id base."""
    return not (kind == "table" and (name.startswith("procrastinate") or name == "xid_base"))


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=tables.metadata,
        compare_type=True,
        compare_server_default=False,
        include_object=ours,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
