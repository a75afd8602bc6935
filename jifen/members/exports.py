"""The one way by which lists of people leave the house: noted, and marked with who took them, when and why.

Every sheet and every printed page that shows more than the reader himself goes
through here; a house test holds that nobody else writes sheets.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import transaction
from jifen.documents import xlsx
from jifen.members import import_queries, queries
from jifen.members.models import Export
from jifen.members.roster.sheets import roster
from jifen.org import queries as org

#: Purpose where the person who exports names none.
WORK = "支部积分工作"


def sheet(
    *tables: xlsx.Table,
    what: str,
    people: Collection[int],
    unit_id: int | None = None,
    purpose: str = WORK,
    by: Actor,
) -> bytes:
    """Return the marked .xlsx of these tables, and note the export.

    :param what: name of the list, at most 40 characters: 积分名次, 名册 …
    :param people: the members whose figures it holds
    :param unit_id: the unit whose list it is
    """
    with transaction():
        content = xlsx.write(*tables, mark=mark(purpose, by=by))
        _note(content, what=what, people=people, unit_id=unit_id, purpose=purpose, by=by)
        return content


def numbered_roster(batch_id: int, *, purpose: str = "发还名册", by: Actor) -> bytes:
    """Return the roster of a confirmed batch's unit with the issued numbers, marked and noted, as .xlsx.

    :raises NotFound: no such batch, or another unit's
    """
    with transaction():
        batch = import_queries.access_batch(batch_id, by=by)
        lines = import_queries.roster_lines(org.unit(batch.unit_id).path)
        content = roster(lines, mark=mark(purpose, by=by))
        people = [line.member_id for line in lines]
        _note(content, what="名册", people=people, unit_id=batch.unit_id, purpose=purpose, by=by)
        return content


def handed(content: bytes, *, what: str, people: Collection[int], purpose: str, by: Actor) -> None:
    """Note that what is no sheet was handed over as a file; it bears ``mark`` itself."""
    with transaction():
        _note(content, what=what, people=people, unit_id=None, purpose=purpose, by=by)


def printed(
    *, what: str, people: Collection[int], unit_id: int | None = None, purpose: str = WORK, by: Actor
) -> str:
    """Note that a page with several people's figures is printed or handed over; return the line that marks it."""
    with transaction():
        line = mark(purpose, by=by)
        _note(line.encode(), what=what, people=people, unit_id=unit_id, purpose=purpose, by=by)
        return line


def mark(purpose: str, *, by: Actor, at: dt.datetime | None = None) -> str:
    """Return the line that a copy bears: for whom, when and why it was made."""
    who = queries.names({by.member_id}).get(by.member_id, "") if by.member_id is not None else by.name
    when = (at or clock.now()).astimezone(clock.SHANGHAI)
    return f"内部使用，不得外传、不得涉密 · {who} 于 {when:%Y-%m-%d %H:%M} 导出 · 用途：{purpose}"


def _note(
    content: bytes, *, what: str, people: Collection[int], unit_id: int | None, purpose: str, by: Actor
) -> None:
    digest = hashlib.sha256(content).hexdigest()
    with transaction() as session:
        row = Export(
            at=clock.now(),
            by_member_id=by.member_id,
            by_name=by.name[:40],
            door=by.door,
            what=what,
            unit_id=unit_id,
            purpose=purpose[:60],
            members=sorted(set(people)),
            digest=digest,
        )
        session.add(row)
        session.flush()  # row.id
        codes = f"unit={unit_id or '-'} count={len(row.members)} sha256={digest[:16]}"
        audit.record(by=by, action="export", subject="export", subject_id=row.id, codes=codes)
