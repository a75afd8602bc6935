"""What everybody may read: the wall and a plate. Names and photos only by the standing consent of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.core import clock
from jifen.core.db import ask
from jifen.model_posts import queries, settings
from jifen.model_posts.errors import UnknownPlate
from jifen.model_posts.queries import Answers
from jifen.model_posts.states import HANGING

#: Plates of one page of the wall.
MANY = 24


@dataclass(frozen=True, slots=True)
class Face:
    """One of its people as strangers may see him."""

    #: His name, or 某支部党员.
    words: str
    #: Number of the photo; None where he has not agreed, or sent none.
    photo_id: int | None


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate as strangers see it."""

    public_id: str
    plate: str
    kind: str
    kind_name: str
    title: str
    deeds: str
    unit_name: str
    department_name: str
    granted_on: dt.date
    until: dt.date
    #: Whether it hangs; else it ended, and neither deeds nor people are shown.
    hangs: bool
    ended_on: dt.date | None
    faces: tuple[Face, ...]
    answers: Answers | None = None


# What of people is shown is decided here and nowhere else: by a consent that stands, to the words in force, of somebody
# who belongs to the branch today. Who left or was transferred stands on its wall no more, whatever he agreed to.
_HERE = """EXISTS (SELECT FROM membership s WHERE s.member_id = m.id AND s.branch_id = p.unit_id
           AND s.since <= %(today)s AND (s.until IS NULL OR s.until > %(today)s))"""
_PLATES = """
SELECT p.id, p.public_id, p.plate, p.kind, p.title, p.deeds, u.name, coalesce(d.name, ''), p.granted_on, p.until,
       p.state, p.ended_on,
       (SELECT json_agg(json_build_array(
                 CASE WHEN n.id IS NOT NULL AND m.erased_at IS NULL THEN m.name END,
                 CASE WHEN f.id IS NOT NULL AND m.erased_at IS NULL THEN ph.id END)
               ORDER BY x.member_id <> p.lead_id, x.member_id)
          FROM model_post_person x JOIN member m ON m.id = x.member_id
          LEFT JOIN model_post_consent n ON n.post_id = x.post_id AND n.member_id = x.member_id
           AND n.what = 'name' AND n.withdrawn_at IS NULL AND n.version = %(version)s
          LEFT JOIN model_post_consent f ON f.post_id = x.post_id AND f.member_id = x.member_id
           AND f.what = 'photo' AND f.withdrawn_at IS NULL AND f.version = %(version)s
          LEFT JOIN photo ph ON ph.model_post_id = x.post_id AND ph.member_id = x.member_id AND ph.state = 'stored'
         WHERE x.post_id = p.id AND {here})
  FROM model_post p JOIN unit u ON u.id = p.unit_id LEFT JOIN unit d ON d.id = u.department_id
""".replace("{here}", _HERE)
_HANG = """
 WHERE p.state IN ('active', 'warned', 'rectifying') AND (%(after)s = '' OR (p.granted_on, p.plate) < (
       SELECT a.granted_on, a.plate FROM model_post a WHERE a.plate = %(after)s))
   AND (%(kind)s = '' OR p.kind = %(kind)s)
 ORDER BY p.granted_on DESC, p.plate DESC LIMIT %(limit)s
"""
_ONE = _PLATES + "WHERE p.public_id = %(public)s"
_PHOTO = """
SELECT ph.name, ph.thumb FROM photo ph JOIN model_post p ON p.id = ph.model_post_id
  JOIN member m ON m.id = ph.member_id
  JOIN model_post_consent c ON c.post_id = p.id AND c.member_id = ph.member_id AND c.what = 'photo'
   AND c.withdrawn_at IS NULL AND c.version = %(version)s
 WHERE p.public_id = %(public)s AND ph.id = %(photo)s AND ph.state = 'stored' AND m.erased_at IS NULL
   AND p.state IN ('active', 'warned', 'rectifying') AND {here}
""".replace("{here}", _HERE)


def _plate(row: tuple, *, answered: bool = False) -> Plate:
    post_id, public_id, plate, kind, title, deeds, unit, department, granted, until, state, ended, people = (
        row
    )
    known = settings.load().kinds.get(kind)
    hangs = state in HANGING
    faces = tuple(Face(name or f"{unit}党员", photo) for name, photo in people or ())
    return Plate(
        public_id=public_id,
        plate=plate,
        kind=kind,
        kind_name=known.name if known else "示范岗",
        title=title,
        deeds=deeds if hangs else "",
        unit_name=unit,
        department_name=department,
        granted_on=granted,
        until=until,
        hangs=hangs,
        ended_on=ended,
        faces=faces if hangs else (),
        answers=queries.answers(post_id) if answered and hangs else None,
    )


def wall(*, after: str = "", kind: str = "", limit: int = MANY) -> list[Plate]:
    """Return the plates that hang, newest first; ``after`` is the last plate shown."""
    values = {"after": after, "kind": kind, "limit": limit, **_now()}
    return [_plate(row) for row in ask(_PLATES + _HANG, values)]


def _now() -> dict[str, object]:
    """Return the words in force and the day: what is shown follows both."""
    return {"version": settings.load().consent_version, "today": clock.today()}


def plate(public_id: str) -> Plate:
    """Return a plate, also one that ended.

    :raises UnknownPlate: no such plate
    """
    rows = ask(_ONE, {"public": public_id, **_now()})
    if not rows:
        raise UnknownPlate
    return _plate(rows[0], answered=True)


def photo(public_id: str, photo_id: int, *, thumb: bool) -> str:
    """Return the storage's name of a photo that everybody may see now.

    :raises UnknownPlate: no such one, or its person has taken his yes back
    """
    values = {"public": public_id, "photo": photo_id, **_now()}
    rows = ask(_PHOTO, values)
    if not rows:
        raise UnknownPlate
    return rows[0][1] if thumb else rows[0][0]
