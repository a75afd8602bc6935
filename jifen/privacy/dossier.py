"""我的数据: everything that is kept about one person, derived from the retention table.

Every table of ``config/retention.toml`` that says whose its rows are is in it,
so that a new one cannot be forgotten. What belongs to others is not: who acted
is shown by his post, whoever objected not at all, and of rows in which the
person only acted for others, or stands in a row of people, there is a count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from jifen.core.actor import ROLE_WORDS, Role
from jifen.core.codes import head
from jifen.core.db import db
from jifen.members.models import Member
from jifen.org.models import Unit
from jifen.privacy import retention
from jifen.privacy.retention import Keep

#: Latest rows of one table; who has more is told so.
MOST = 20_000
MYSELF, SOMEBODY = "本人", "其他同志"
#: A proof or a key that nobody can read: only that it is there is said.
SEALED = frozenset({"digest", "openid_digest", "openid_sealed", "scene_sealed", "password", "totp_sealed"})
UNREADABLE = "（只存密文或摘要，读不出内容）"
#: Of no meaning outside the database.
INNER = frozenset({"xid", "totp_step", "lease_until", "platform_id", "postings", "import_batch_id", "key"})
_UNITS = frozenset(
    {
        *("unit_id", "branch_id", "department_id", "cell_id", "home_id"),
        *("step_unit_id", "from_branch_id", "to_branch_id", "looker_id"),
    }
)
_APPRAISED = "EXISTS (SELECT 1 FROM appraisal a{join} WHERE {on} AND a.state IN ('publicised', 'final'))"
_BY_STEP = _APPRAISED.format(join=" JOIN appraisal_step s ON s.appraisal_id = a.id", on="s.id = t.step_id")
#: What of a table is the person's to read; the rest is not yet so, or never. SQL over the row ``t``.
READABLE = {
    # Who objects to another's line stays unknown; its object learns of it when it is answered.
    "objection": "(t.objector_id = :me OR t.answered_by IS NOT NULL)",
    "ask": "(t.subject <> 'objection' OR EXISTS (SELECT 1 FROM objection o WHERE o.id = t.subject_id"
    " AND (o.objector_id = :me OR o.answered_by IS NOT NULL)))",
    "appraisal_line": _APPRAISED.format(join="", on="a.id = t.appraisal_id"),
    "appraisal_change": _BY_STEP,
    "appraisal_ballot": _BY_STEP,
}
#: Rows about him that bear his id in another way.
_ALSO = {
    "audit_entry": "(t.subject = 'member' AND t.subject_id = :me)",
    "export": "t.members @> ARRAY[CAST(:me AS bigint)]",
}
#: Columns that say who acted without being called so.
_ACTS = ("on_behalf_of", "by_member_id", "actor_member_id")
_FIRST = ("member", "membership", "post")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """What one table keeps about the person."""

    table: str
    #: What it is, how long it is kept and on which ground, as the retention table says.
    what: str
    term: str
    basis: str
    #: Name and Chinese words of each column.
    columns: tuple[tuple[str, str], ...]
    rows: list[Row]
    #: Whether there are more than ``MOST`` rows.
    more: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """A table in which he acted, or stands in a row of people: its rows are about others too."""

    table: str
    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is kept about a person."""

    name: str
    number: str
    parts: list[Part]
    counted: list[Counted]
    #: What is kept for a short time and not by person, so that nobody can look it up: words and term.
    unnamed: list[tuple[str, str]]


def term(keep: Keep) -> str:
    """Return how long a line keeps its rows, in words."""
    spans = {"hours": "小时", "days": "天", "months": "个月"}
    if keep.how == "with":
        [first, *_] = [other for other in retention.load() if other.table == keep.follows]
        return f"与“{first.what}”相同" if keep.follows != first.table else term(first)
    if keep.how == "person":
        return "在册期间；离开后可申请删除"
    if keep.how == "keep":
        return "长期，只留编号和代码"
    return f"{keep.length}{spans[keep.unit]}" if keep.length else "到期即删"


def owners(keep: Keep) -> tuple[str, ...]:
    """Return the columns that say whose a row is; one that ends in ``_by`` says only who acted."""
    mine = ("by_member_id", "actor_member_id")
    return tuple(c for c in keep.of if not c.endswith("_by") or c in mine)


def actors(keep: Keep) -> tuple[str, ...]:
    """Return the columns that say who acted, or that hold several people."""
    acted = tuple(c for c in keep.of if c not in owners(keep))
    return (*acted, *(c for c in keep.ids if c not in acted))


def shown(table: str) -> list[str]:
    """Return the columns of a table that are exported."""
    columns = Member.metadata.tables[table].c
    # The binary ones are compressed sheets of many people.
    return [c.name for c in columns if c.name not in INNER and not isinstance(c.type, sa.LargeBinary)]


def _lines() -> tuple[dict[str, Keep], dict[str, list[Keep]], list[Keep]]:
    """Return the tables with rows of a person, those in which he acted only, and those that name nobody."""
    whole: dict[str, Keep] = {}
    partly: dict[str, list[Keep]] = {}
    unnamed = []
    for keep in retention.load():
        if keep.table not in Member.metadata.tables:
            continue
        if owners(keep):
            whole.setdefault(keep.table, keep)
        elif actors(keep) or keep.among:
            partly.setdefault(keep.table, []).append(keep)
        elif keep.words:
            unnamed.append(keep)
    return whole, partly, unnamed


def tables() -> tuple[set[str], set[str]]:
    """Return the tables whose rows are exported, and those whose rows are counted."""
    whole, partly, _ = _lines()
    return set(whole), set(partly)


def _statement() -> str:
    whole, partly, _ = _lines()
    asked = []
    for table, keep in whole.items():
        where = " OR ".join(
            [*(f"t.{c} = :me" for c in owners(keep)), *([_ALSO[table]] if table in _ALSO else [])]
        )
        order = ", ".join(f"t.{c.name}" for c in Member.metadata.tables[table].primary_key)
        # Names come from the metadata, which the retention table is checked against.
        asked.append(
            f"SELECT '{table}', (SELECT json_agg(x)::text FROM (SELECT {', '.join(_asked(table))} FROM {table} t"  # noqa: S608
            f" WHERE ({where}) AND {READABLE.get(table, 'true')} ORDER BY {order} DESC LIMIT {MOST + 1}) x)"
        )
    for table, keeps in partly.items():
        acted = {f"t.{c} = :me" for keep in keeps for c in actors(keep)}
        acted |= {f"t.{c} @> ARRAY[CAST(:me AS bigint)]" for keep in keeps for c in keep.among}
        asked.append(
            f"SELECT '{table}', (SELECT count(*)::text FROM {table} t WHERE {' OR '.join(sorted(acted))})"  # noqa: S608
        )
    return "\nUNION ALL\n".join(asked)


def _asked(table: str) -> list[str]:
    """Return the columns as they are read; of a sealed one only that it is there."""
    return [
        f"CASE WHEN t.{c} IS NOT NULL THEN '{UNREADABLE}' END AS {c}" if c in SEALED else f"t.{c}"
        for c in shown(table)
    ]


_POSTS = sa.text(
    """
    SELECT DISTINCT ON (p.member_id) p.member_id, u.name, p.role FROM post p JOIN unit u ON u.id = p.unit_id
     WHERE p.member_id = ANY(:ids) ORDER BY p.member_id, p.until DESC NULLS FIRST, p.id DESC
    """
)


def of(member_id: int) -> Dossier:
    """Return everything that is kept about somebody; whoever calls has checked who asks. Three statements."""
    asked = db.session.execute(sa.text(_statement()), {"me": member_id})
    read: dict[str, str] = {table: text or "[]" for table, text in asked}
    whole, partly, unnamed = _lines()
    found = {table: json.loads(read[table], parse_float=Decimal) for table in whole}
    posts = _posts(found, member_id)
    units = dict(db.session.execute(sa.select(Unit.id, Unit.name)).tuples().all())
    parts = []
    for table, keep in whole.items():
        rows = [_masked(table, row, member_id, posts, units) for row in found[table][:MOST]]
        columns = tuple((c, head(table, c)) for c in shown(table))
        parts.append(Part(table, keep.what, term(keep), keep.basis, columns, rows, len(found[table]) > MOST))
    # Who he is stands first, however the tables are listed.
    parts.sort(key=lambda part: _FIRST.index(part.table) if part.table in _FIRST else len(_FIRST))
    [me] = found["member"]
    return Dossier(
        name=me["name"] or "",
        number=me["number"],
        parts=parts,
        counted=[Counted(t, k[0].what, int(read[t])) for t, k in partly.items() if int(read[t])],
        unnamed=[(keep.what, term(keep)) for keep in unnamed],
    )


def people_of(table: str) -> set[str]:
    """Return the columns of a table that hold a person's id."""
    lines = [keep for keep in retention.load() if keep.table == table]
    named = {c for keep in lines for c in (*keep.of, *keep.ids)}
    return named | {
        c.name
        for c in Member.metadata.tables[table].c
        if isinstance(c.type, sa.BigInteger) and (c.name.endswith("_by") or c.name in _ACTS)
    }


def _posts(found: dict[str, list[Row]], me: int) -> dict[int, str]:
    """Return by which post each of the others is shown."""
    others = {
        row[c]
        for table, rows in found.items()
        for c in people_of(table)
        if c.endswith("_by") or c in _ACTS
        for row in rows
        if row.get(c) not in (None, me)
    }
    rows = db.session.execute(_POSTS, {"ids": sorted(others)}) if others else ()
    return {who: f"{unit} {ROLE_WORDS[Role(role)]}" for who, unit, role in rows}


def _masked(table: str, row: Row, me: int, posts: dict[int, str], units: dict[int, str]) -> Row:
    """Return a row without what belongs to others."""
    made: Row = {}
    for column, value in row.items():
        if value is None:
            made[column] = None
        elif column == "id" and table == "member":
            made[column] = value
        elif column in people_of(table):
            made[column] = MYSELF if value == me else posts.get(value, SOMEBODY)
        elif column in _UNITS:
            made[column] = units.get(value, value)
        elif column in _crowds(table):
            made[column] = f"{len(value)}人"
        else:
            made[column] = value
    hidden: Iterable[str] = ()
    if table == "objection" and row["objector_id"] != me:
        hidden = ("words", "reason_other", "entered_by", "how")
    elif table == "objection" and row["member_id"] != me:
        hidden = ("reason", "entry_id")
    elif table == "audit_entry" and row["subject"] == "member" and row["subject_id"] != me:
        hidden = ("subject_id", "codes")
    return made | dict.fromkeys(hidden, SOMEBODY)


@lru_cache(maxsize=256)
def _crowds(table: str) -> frozenset[str]:
    return frozenset(c for keep in retention.load() if keep.table == table for c in keep.among)
