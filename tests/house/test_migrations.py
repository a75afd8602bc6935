"""One head; the head is what the models say; every revision goes up, down and up again over rows."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import flask
import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import bot.models  # noqa: F401 - its tables join the metadata
from jifen import create_app, tables
from jifen.core.actor import Door, system
from jifen.core.db import db
from jifen.core.settings import ROOT, Settings
from jifen.demo import service as demo
from tests.conftest import own_database

SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
REVISIONS = [revision.revision for revision in SCRIPTS.walk_revisions()][::-1]


@pytest.fixture
def empty_app(cluster: str, settings: Settings) -> Iterator[flask.Flask]:
    """The product on a database that no revision has touched."""
    with own_database(cluster, None) as url:
        made = create_app(settings, database_url=url)
        with made.app_context():
            yield made
            db.session.remove()
            db.engine.dispose()


def test_there_is_one_head():
    assert SCRIPTS.get_heads() == [REVISIONS[-1]]


def test_every_revision_says_why():
    assert [revision.revision for revision in SCRIPTS.walk_revisions() if len(revision.doc) < 20] == []


def test_the_head_is_what_the_models_say(db):
    def ours(_object, name, kind, _reflected, _compare_to) -> bool:
        """Leave aside what plain SQL owns: the worker's tables and the ledger's id base."""
        return not (kind == "table" and (name.startswith("procrastinate") or name == "xid_base"))

    context = MigrationContext.configure(
        db.session.connection(), opts={"compare_type": True, "include_object": ours}
    )

    assert compare_metadata(context, tables.metadata) == []


def shape() -> dict[str, list[str]]:
    """Return everything that makes up the schema, in words that can be compared."""
    asked = {
        "columns": "SELECT table_schema || '.' || table_name || '.' || column_name || ' ' || data_type"
        " || ' ' || is_nullable || ' ' || coalesce(column_default, '') FROM information_schema.columns"
        " WHERE table_schema IN ('public', 'procrastinate')",
        "constraints": "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE connamespace::regnamespace::text IN ('public', 'procrastinate')",
        "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname IN ('public', 'procrastinate')",
        "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "functions": "SELECT pg_get_functiondef(oid) FROM pg_proc"
        " WHERE pronamespace::regnamespace::text IN ('public', 'procrastinate') AND prokind = 'f'",
        "sequences": "SELECT sequencename FROM pg_sequences WHERE schemaname IN ('public', 'procrastinate')",
        "types": "SELECT typname FROM pg_type WHERE typtype = 'e'",
    }
    return {name: sorted(db.session.scalars(sa.text(text))) for name, text in asked.items()}


def rows() -> dict[str, int]:
    """Return how many rows each table of ours holds."""
    names = db.session.scalars(sa.text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    return {
        name: db.session.scalar(sa.text(f'SELECT count(*) FROM "{name}"'))
        for name in names
        if name != "alembic_version"
    }


@contextlib.contextmanager
def looking() -> Iterator[None]:
    """Close the session afterwards: an open one would block the next revision."""
    try:
        yield
    finally:
        db.session.remove()


#: Tables out of which a downgrade takes the rows that only its own revision gives a meaning: lists of model posts, and
#: portraits on plates.
SHRINK = {"0035": {"publication", "publication_line", "photo"}}


def test_up_down_up_over_rows(empty_app):
    flask_migrate.upgrade()
    demo.load(members=500, by=system("demo", Door.CLI))
    with looking():
        head, full = shape(), rows()
    assert sum(full.values()) > 1000

    for revision in reversed(REVISIONS):
        with looking():
            before = rows()
        flask_migrate.downgrade(revision="-1")
        with looking():
            below = rows()
        flask_migrate.upgrade(revision=revision)
        with looking():
            after = rows()
        kept = (below.keys() & before.keys()) - SHRINK.get(revision, set())
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}, revision
        flask_migrate.downgrade(revision="-1")

    with looking():
        assert {name: found for name, found in shape().items() if found} == {
            "columns": ["public.alembic_version.version_num character varying NO "],
            "constraints": [
                "alembic_version alembic_version_pkc PRIMARY KEY (version_num)",
                "alembic_version alembic_version_version_num_not_null NOT NULL version_num",
            ],
            "indexes": [
                "CREATE UNIQUE INDEX alembic_version_pkc ON public.alembic_version USING btree (version_num)"
            ],
        }
    flask_migrate.upgrade()
    with looking():
        assert shape() == head


def test_whoever_points_at_a_person_or_a_unit_has_an_index(db):
    """Taking a person or a unit back asks every table once a row: without an index it reads all of it each time."""
    without = db.session.execute(
        sa.text(
            """
            SELECT c.conrelid::regclass::text, a.attname
              FROM pg_constraint c
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
             WHERE c.contype = 'f' AND c.confrelid IN ('member'::regclass, 'unit'::regclass)
               AND NOT EXISTS (
                   SELECT 1 FROM pg_index i
                    WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1]
                      AND (i.indpred IS NULL
                           OR pg_get_expr(i.indpred, i.indrelid) = format('(%s IS NOT NULL)', a.attname)))
             ORDER BY 1, 2
            """
        )
    ).all()
    assert [tuple(row) for row in without] == [], "give the column index=True, and a revision that makes it"
