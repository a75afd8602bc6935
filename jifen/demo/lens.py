"""What hangs and stands in the demo city for a telephone's lens: organisers' screens, plates, certificates.

Only the simulator asks; it stands in for walking up to a screen, a plate or a sheet of paper.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from jifen.activities import queries_checking
from jifen.activities.checking_in import opens
from jifen.activities.kinds import kind
from jifen.activities.models import Activity
from jifen.activities.states import PURPOSE_WORDS, ActivityState, Purpose
from jifen.core import clock
from jifen.core.db import db
from jifen.model_posts import queries_public, wall
from jifen.org.models import Unit
from jifen.volunteering.certificates.models import Certificate
from jifen.volunteering.certificates.paper import address
from jifen.volunteering.certificates.states import WORDS

#: Activities, plates and certificates that are told of.
_SCREENS, _PLATES, _PAPERS = 4, 6, 3


@dataclass(frozen=True, slots=True)
class Sight:
    """One code that may lie before the lens."""

    #: 签到屏幕, 牌子, 证明.
    where: str
    words: str
    #: What its picture holds.
    content: str


def seen() -> list[Sight]:
    """Return the codes that are there to be scanned at this moment; those of screens change every half minute."""
    return [*_screens(), *_plates(), *_papers()]


def _screens() -> list[Sight]:
    now = clock.now()
    stmt = (
        sa.select(Activity, Unit.name)
        .join(Unit, Unit.id == Activity.unit_id)
        .where(
            Activity.state == ActivityState.PUBLISHED,
            Activity.starts_at <= now + opens(),
            Activity.ends_at >= now,
        )
        .order_by(Activity.starts_at.desc(), Activity.id.desc())
        .limit(_SCREENS)
    )
    found = []
    for act, unit in db.session.execute(stmt):
        for purpose in (Purpose.IN, Purpose.OUT) if kind(act.kind).check_out else (Purpose.IN,):
            words = f"{act.title}（{unit}）{PURPOSE_WORDS[purpose]}"
            found.append(Sight("签到屏幕", words, queries_checking.code(act, purpose).qr))
    return found


def _plates() -> list[Sight]:
    return [
        Sight("牌子", f"{one.plate} {one.title}", wall.address_of(one.public_id))
        for one in queries_public.wall(limit=_PLATES)
    ]


def _papers() -> list[Sight]:
    stmt = (
        sa.select(Certificate.number, Certificate.state)
        .where(Certificate.number.is_not(None))
        .order_by(Certificate.id)
        .limit(_PAPERS)
    )
    return [
        Sight("证明", f"志愿服务记录证明（{WORDS[state]}）", address(number))
        for number, state in db.session.execute(stmt)
    ]
