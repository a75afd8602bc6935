"""What a publicised list says: its lines, how a revision differs, and that it is still what its digest says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from jifen.core.db import db, table_of
from jifen.decisions.models_publicity import Publication, PublicationLine

#: A line's figures as text, by the keys of the frame's columns.
Row = Mapping[str, str]


def digest_of(publication: Publication, rows: Iterable[tuple[int, int, Row]]) -> str:
    """Return the SHA-256 over what a list is and says.

    :param rows: rank, member, figures; in the order of the rank
    """
    about = [publication.kind, publication.unit_id, publication.period, publication.revision]
    about += [publication.matter] if publication.matter else []
    out = hashlib.sha256(_canonical([*about, publication.seal_seq, publication.frame]))
    for rank, member_id, row in rows:
        out.update(_canonical([rank, member_id, row]))
    return out.hexdigest()


def _canonical(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n").encode()


def same_list(kind: str, unit_id: int, period: str, matter: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions of being a revision of one list."""
    return (
        Publication.kind == kind,
        Publication.unit_id == unit_id,
        Publication.period == period,
        Publication.matter == matter,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list as people read it."""

    rank: int
    member_id: int
    number: str
    #: （已删除） for an erased person.
    name: str
    row: Row


_READ = sa.text(
    """
    SELECT l.rank, l.member_id, coalesce(m.number, ''), coalesce(m.name, '（已删除）'), l.row
      FROM publication_line l LEFT JOIN member m ON m.id = l.member_id
     WHERE l.publication_id = :id AND (CAST(:member AS bigint) IS NULL OR l.member_id = :member)
     ORDER BY l.rank
    """
)


def lines(publication_id: int, *, member_id: int | None = None) -> list[Line]:
    """Return the lines of a list that was accessed before; only one member's if given."""
    return [Line(*row) for row in db.session.execute(_READ, {"id": publication_id, "member": member_id})]


@dataclass(frozen=True, slots=True)
class Changed:
    """What a revision says otherwise about one member; None where he was not on that list."""

    member_id: int
    name: str
    before: Row | None
    after: Row | None


def difference(publication: Publication) -> list[Changed]:
    """Return what differs from the revision before, by the order of the list; empty for the first."""
    if publication.revision == 1:
        return []
    earlier = db.session.scalar(
        sa.select(Publication).where(
            *same_list(publication.kind, publication.unit_id, publication.period, publication.matter),
            Publication.revision == publication.revision - 1,
        )
    )
    if earlier is None:
        return []
    old = {line.member_id: line for line in lines(earlier.id)}
    new = {line.member_id: line for line in lines(publication.id)}
    return [
        Changed(
            member_id,
            (new.get(member_id) or old[member_id]).name,
            old[member_id].row if member_id in old else None,
            new[member_id].row if member_id in new else None,
        )
        for member_id in [*new, *(m for m in old if m not in new)]
        if member_id not in old or member_id not in new or old[member_id].row != new[member_id].row
    ]


def revisions(publication: Publication) -> list[Publication]:
    """Return every revision of the same list, oldest first."""
    return list(
        db.session.scalars(
            sa.select(Publication)
            .where(*same_list(publication.kind, publication.unit_id, publication.period, publication.matter))
            .order_by(Publication.revision)
        )
    )


def broken() -> tuple[int, str] | None:
    """Return the first list that is not what its digest says, and why; None if all hold."""
    table = table_of(PublicationLine)
    for found in db.session.scalars(sa.select(Publication).order_by(Publication.id)).all():
        rows = db.session.execute(
            sa.select(table.c.rank, table.c.member_id, table.c.row)
            .where(table.c.publication_id == found.id)
            .order_by(table.c.rank)
        )
        if digest_of(found, ((rank, member, row) for rank, member, row in rows)) != found.digest:
            return found.id, "名单内容与摘要不符"
    return None
