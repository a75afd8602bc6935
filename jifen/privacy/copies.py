"""Copies of what is kept about a person: noted, marked, and not many a day.

To himself as a file or a page; to a member without a phone as a paper that his
own branch prints, without what is nobody's but his.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa

from jifen.core import clock, codes
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, TooMany
from jifen.documents import xlsx
from jifen.members import exports
from jifen.members.models import Export, Member
from jifen.privacy import dossier, service
from jifen.privacy.dossier import Dossier, Part
from jifen.privacy.policy import P

WHAT, PURPOSE, ON_PAPER = "本人信息", "本人查阅", "本人索取纸面"
#: What nobody but the person himself reads: ways in, what he was told, what he said over somebody's head.
PRIVATE = frozenset(
    {
        *("account", "card_code", "known_machine", "start_code", "console_session", "api_token"),
        *(
            "binding",
            "bind_code",
            "pending_binding",
            "consent",
            "consent_shown",
            "notice",
            "notice_preference",
            "notice_consent",
            "notice_reach",
            "wecom_binding",
        ),
        *("audit_entry", "conversation", "burden_opinion", "objection", "privacy_request", "ask", "export"),
    }
)
#: Copies of one person's data that one actor gets in 24 hours.
A_DAY = 10


def mine(*, by: Actor) -> dict[str, Any]:
    """Return everything kept about the actor as plain values, marked and noted.

    :raises Forbidden: an office system, which is nobody
    :raises TooMany: he had ``A_DAY`` copies within a day
    """
    with transaction():
        found = _mine(by)
        plain = {"mark": exports.mark(PURPOSE, by=by), **asdict(found)}
        for part in plain["parts"]:
            part["columns"] = [{"name": name, "words": said} for name, said in part["columns"]]
        plain["unnamed"] = [{"what": what, "term": term} for what, term in plain["unnamed"]]
        content = json.dumps(plain, ensure_ascii=False, default=str).encode()
        exports.handed(content, what=WHAT, people=[by.member_id or 0], purpose=PURPOSE, by=by)
        return plain


def my_sheet(*, by: Actor) -> bytes:
    """Return the same as .xlsx, a sheet a kind.

    :raises Forbidden, TooMany: see ``mine``
    """
    with transaction():
        found = _mine(by)
        return exports.sheet(
            _contents(found),
            *(_sheet(number, part) for number, part in enumerate(_filled(found.parts), 1)),
            what=WHAT,
            people=[by.member_id or 0],
            purpose=PURPOSE,
            by=by,
        )


@dataclass(frozen=True, slots=True)
class Printed:
    """A page to print, with the line that marks it."""

    mark: str
    dossier: Dossier
    #: The parts with rows, their values as people read them.
    parts: list[tuple[Part, list[list[str]]]]
    #: Parts that are left out of a paper that somebody else prints, with how many rows they have.
    withheld: list[tuple[str, int]] = field(default_factory=list)


def my_page(*, by: Actor) -> Printed:
    """Return the same for a page that prints.

    :raises Forbidden, TooMany: see ``mine``
    """
    with transaction():
        found = _mine(by)
        line = exports.printed(what=WHAT, people=[by.member_id or 0], purpose=PURPOSE, by=by)
        return Printed(line, found, [(part, _lines(part)) for part in _filled(found.parts)])


def paper(request_id: int, *, by: Actor) -> Printed:
    """Return the copy that a member without a phone asked his branch for, once; without ``PRIVATE``.

    :raises UnknownRequest, Forbidden, PrintedAlready: see ``service.take_copy``
    :raises TooMany: the actor had ``A_DAY`` copies of this person's data within a day
    """
    with transaction():
        row = service.take_copy(request_id, by=by)
        count(row.member_id, by=by)
        found = dossier.of(row.member_id)
        line = exports.printed(
            what=WHAT, people=[row.member_id], unit_id=row.unit_id, purpose=ON_PAPER, by=by
        )
        parts = [part for part in _filled(found.parts) if part.table not in PRIVATE]
        left_out = [(p.what, len(p.rows)) for p in _filled(found.parts) if p.table in PRIVATE]
        return Printed(line, found, [(part, _lines(part)) for part in parts], left_out)


def _mine(by: Actor) -> Dossier:
    if not permits(by, P.OWN) or by.member_id is None:
        raise Forbidden(action=words_for(P.OWN))
    count(by.member_id, by=by)
    return dossier.of(by.member_id)


def count(member_id: int, *, by: Actor) -> None:
    """Refuse one copy too many; whoever asks twice at once waits for the first.

    :raises TooMany: the actor had ``A_DAY`` copies of this person's data within a day
    """
    db.session.execute(sa.select(Member.id).where(Member.id == member_id).with_for_update())
    had = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Export)
        .where(
            Export.what == WHAT,
            Export.by_member_id == by.member_id,
            Export.members.contains([member_id]),
            Export.at > clock.now() - dt.timedelta(days=1),
        )
    )
    if (had or 0) >= A_DAY:
        raise TooMany(wait="一天")


def _filled(parts: list[Part]) -> list[Part]:
    return [part for part in parts if part.rows]


def _lines(part: Part) -> list[list[str]]:
    """Return a part's rows as people read them."""
    return [[cell(name, row[name]) for name, _ in part.columns] for row in part.rows]


def cell(column: str, value: Any) -> str:
    """Return a value in words, an instant in Shanghai time."""
    if isinstance(value, str) and len(value) > 18 and value[10:11] == "T":
        try:
            at = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
        return f"{at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if at.tzinfo else value
    return codes.said(column, value)


def _contents(found: Dossier) -> xlsx.Table:
    rows: list[tuple[str | int, ...]] = [(p.what, len(p.rows), p.term, p.basis) for p in found.parts]
    rows += [(f"{c.what}（您经手或在列的，内容涉及他人，只给数目）", c.count, "", "") for c in found.counted]
    rows += [(f"{what}（不按人保存，查不到是谁的）", "", term, "") for what, term in found.unnamed]
    title = f"{found.name}（{found.number}）的信息"
    return xlsx.Table("目录", title, ("内容", "条数", "保存多久", "依据"), rows, (44, 8, 24, 60))


def _sheet(number: int, part: Part) -> xlsx.Table:
    heads = [words for _, words in part.columns]
    name = f"{number} {part.what}".translate(str.maketrans("", "", "[]:*?/\\：、，；"))[:28]
    return xlsx.Table(name, f"{part.what}（保存：{part.term}）", heads, _lines(part), [16] * len(heads))
