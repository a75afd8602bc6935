"""Loading the demo city: one transaction, by COPY, only into an empty database."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import psycopg
import sqlalchemy as sa
from psycopg import sql

from jifen.access import factors, passwords, privacy_text
from jifen.access.rules import VALID_DAYS
from jifen.access.service import openid_digest
from jifen.audit import service as audit
from jifen.core import clock, house
from jifen.core.actor import Actor, Door, permissions
from jifen.core.db import db, transaction
from jifen.core.settings import ROOT
from jifen.demo import activities, communities, errors, hours, keys, month, queries
from jifen.demo.city import FEWEST, MOST
from jifen.demo.people import Person
from jifen.demo.plan import SEED, Demo, Step
from jifen.demo.rows import COLUMNS, Row, Rows
from jifen.members.models import ImportBatch
from jifen.points import standings
from jifen.rulebook import service as rulebooks
from jifen.rulebook.loader import load_text
from jifen.rulebook.queries import InForce

#: What everybody in the demo city is scored by.
RULEBOOK = ROOT / "config" / "rulebooks" / "municipal-organs.toml"
#: People of the demo that ``make run`` loads: every committee has its fifty, and it takes seconds.
DEFAULT_MEMBERS = 3600
#: What must be empty before a demo may come in.
_MUST_BE_EMPTY = ("unit", "member", "rulebook_version", "report", "ledger_entry", "api_token")
#: Only one load at a time; the number is arbitrary.
_LOCK = 7_301_964

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What stands in the database now."""

    members: int
    #: False when a demo had been loaded before: nothing was done.
    fresh: bool


def load(*, members: int = DEFAULT_MEMBERS, by: Actor, progress: Progress | None = None) -> Loaded:
    """Load the demo city, all of it or nothing; a second time does nothing.

    :param members: people in all
    :param progress: told (people done, people in all) after each step
    :raises NotInProduction: this installation is for real people
    :raises NotEmpty: the database holds something else
    :raises BadSize: too few or too many people
    :raises LoadRunning: somebody loads right now
    """
    if house.settings().production:
        raise errors.NotInProduction(action="载入演示数据")
    if not FEWEST <= members <= MOST:
        raise errors.BadSize(least=FEWEST, most=MOST)
    with transaction() as session:
        if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))):
            raise errors.LoadRunning
        if (there := queries.marker()) is not None:
            return Loaded(there.total, fresh=False)
        for table in _MUST_BE_EMPTY:
            if session.scalar(sa.text(f"SELECT EXISTS (SELECT FROM {table})")):  # noqa: S608 (our own names)
                raise errors.NotEmpty(table=table)
        _fill(members, by, progress or (lambda _done, _total: None))
        return Loaded(members, fresh=True)


def _fill(members: int, by: Actor, progress: Progress) -> None:
    session, today = db.session(), clock.today()
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection), "the house speaks psycopg"
    text = RULEBOOK.read_text(encoding="utf-8")
    rulebook = rulebooks.load(text, by=by)
    book = load_text(text, name=RULEBOOK.name)
    demo = Demo(members, today, book, rulebook_id=rulebook.id)
    _copy_all(connection, demo.tree())
    rulebooks.activate(rulebook.id, by=by)
    rulebooks.assign(demo.city.root.id, book.code, since=demo.year.since, by=by)
    done = 0
    for number, step in enumerate(demo.steps(), 1):
        _copy_all(connection, step.rows)
        if number & (number - 1) == 0:  # 1, 2, 4, 8 …: the planner must know that the tables grow
            connection.execute("ANALYZE")
        _hand_out(connection, step.people)
        _score(demo, step)
        done += len(step.people)
        progress(done, members)
    for table in ("unit", "member", "report", "ledger_entry"):
        _go_on_after(connection, f"{table}_id_seq", table)
    connection.execute("SELECT setval('member_number', %s)", (members,))
    session.add(
        ImportBatch(
            kind=queries.KIND,
            unit_id=demo.city.root.id,
            state="confirmed",
            file_name="演示城市",
            summary={"seed": SEED, "day": today.isoformat()},
            done=members,
            total=members,
            confirmed_at=clock.now(),
        )
    )
    session.flush()  # the marker, which the accounts ask for
    _give_tokens(connection)
    _give_accounts(connection)
    activities.write(demo.year.since)
    hours.write()
    communities.write()
    month.live(demo.year.since)
    audit.record(by=by, action="demo.load", subject="unit", subject_id=demo.city.root.id, codes=str(members))
    connection.execute("ANALYZE")


def _copy_all(connection: psycopg.Connection, rows: Rows) -> None:
    for table, found in rows.tables.items():
        if table == "ledger_entry":
            # What the column's default would give each row, asked once: all is one transaction.
            xid = connection.execute("SELECT ledger_xid()").fetchone()
            assert xid is not None, "a function gives a row"
            _copy(connection, table, (*COLUMNS[table], "xid"), ((*row, *xid) for row in found))
        elif found:
            _copy(connection, table, COLUMNS[table], found)


def _score(demo: Demo, step: Step) -> None:
    """Store the totals that the engine computes, of everybody in the scheme and of who was."""
    covered = demo.book.applies.in_force | demo.book.applies.tracked
    for period in demo.periods():
        day = min(period.last_day, demo.year.today)
        members = {row[1] for row in step.rows["ledger_entry"] if row[10] in period}
        for person in step.people:
            spell = person.spell(day)
            if spell and spell.category in covered:
                members.add(person.id)
        rules = InForce(demo.rulebook_id, demo.book, period)
        scored = [standings.Key(member, rules) for member in sorted(members)]
        if scored:
            standings.write(standings.lock(scored))


def _copy(connection: psycopg.Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _hand_out(connection: psycopg.Connection, people: Sequence[Person]) -> None:
    """Bind who is bound; give slips to who has one."""
    cipher, secret = house.cipher(), house.settings().secret_key
    openids = [(one, keys.openid(one.number)) for one in people if one.bound_on]
    _copy(
        connection,
        "binding",
        ("member_id", "openid_digest", "openid_sealed", "bound_at"),
        (
            (
                one.id,
                openid_digest(openid),
                cipher.encrypt(openid, purpose="openid"),
                clock.at(one.bound_on, 0),
            )
            for one, openid in openids
            if one.bound_on
        ),
    )
    text = privacy_text.load()
    _copy(
        connection,
        "consent",
        ("member_id", "version", "digest", "given_at", "door"),
        (
            (one.id, text.version, text.digest, clock.at(one.bound_on, 0), Door.WECHAT)
            for one in people
            if one.bound_on
        ),
    )
    _copy(
        connection,
        "bind_code",
        ("digest", "member_id", "issued_at", "expires_at", "failures"),
        (
            (
                cipher.digest(keys.paper_code(secret, one.number), purpose="bind_code"),
                one.id,
                clock.at(one.slip_on, 0),
                clock.at(one.slip_on + dt.timedelta(days=VALID_DAYS), 0),
                0,
            )
            for one in people
            if one.slip_on
        ),
    )


def _give_tokens(connection: psycopg.Connection) -> None:
    """Give the people that ``demo accounts`` lists a bearer token each, for all that they may do."""
    secret, now = house.settings().secret_key, clock.now()
    scopes = sorted(set(permissions().values()))
    _copy(
        connection,
        "api_token",
        ("digest", "member_id", "scopes", "label", "created_at", "expires_at"),
        (
            (
                hashlib.sha256(keys.token(secret, one.number).encode()).hexdigest(),
                one.member_id,
                scopes,
                "演示",
                now,
                now + dt.timedelta(days=365),
            )
            for one in queries.accounts()
        ),
    )


def _give_accounts(connection: psycopg.Connection) -> None:
    """Give those of them who hold a post an account of the console: one password, a phone each."""
    now = clock.now()
    kept = passwords.hash_of(keys.password(house.settings().secret_key))
    _copy(
        connection,
        "account",
        ("member_id", "password", "totp_sealed", "failures", "created_at", "changed_at"),
        (
            (one.member_id, kept, factors.seal(one.totp_seed, member_id=one.member_id), 0, now, now)
            for one in queries.accounts()
            if one.totp_seed
        ),
    )


def _go_on_after(connection: psycopg.Connection, sequence: str, table: str) -> None:
    """Let the ids that follow be greater than those that the plan gave out."""
    statement = sql.SQL("SELECT setval({}, greatest(max(id), 1)) FROM {}")
    connection.execute(statement.format(sql.Literal(sequence), sql.Identifier(table)))
