"""Pictures of the account on an organiser's screen (带参数二维码): who scans one is answered in the chat at once.

WeChat draws each for half a minute. The worker asks for it, so that no page
waits for the network; this half minute's and the next one's are asked for
while the screen is looked at, and not otherwise.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.activities import rules
from jifen.activities.models import Activity, ScreenCode
from jifen.activities.queries import Detail
from jifen.activities.states import ActivityState
from jifen.core import clock, queue
from jifen.core.db import table_of, transaction
from jifen.wechat import account, qr

#: What a scene of ours begins with; the rest is what the page's picture ends with.
SCENE = "act:"
#: The worker's name of the deferred call.
MAKE = "activities.account_code"
#: How long WeChat keeps one good: this half minute, and the one after it.
_SECONDS = 3 * rules.QR_SECONDS


def shown(found: Detail, purpose: str) -> str | None:
    """Return what the account's picture of this moment holds; None while WeChat makes the first.

    Whoever calls has checked who runs it.
    """
    step = rules.step_of(clock.now())
    with transaction() as session:
        stmt = sa.select(ScreenCode.step, ScreenCode.url).where(
            ScreenCode.activity_id == found.id, ScreenCode.purpose == purpose, ScreenCode.step >= step - 1
        )
        known = dict(session.execute(stmt).tuples().all())
        for wanted in (step, step + 1):
            if wanted not in known:
                queue.defer_once(MAKE, activity_id=found.id, purpose=purpose, step=wanted)
    return known.get(step) or known.get(step - 1)


def read(url: str) -> str | None:
    """Return what the account's picture with that address says, as its scene does; None for none of ours.

    A scanner inside the chat reads the address, for it asks nobody what stands behind it.
    """
    stmt = (
        sa.select(Activity.id, Activity.seed, ScreenCode.purpose, ScreenCode.step)
        .join(Activity, Activity.id == ScreenCode.activity_id)
        .where(ScreenCode.url == url)
    )
    with transaction() as session:
        row = session.execute(stmt).first()
    return rules.qr_of(*row) if row else None


def make(activity_id: int, purpose: str, step: int) -> None:
    """Ask WeChat for a picture; runs in the worker, and twice does no harm.

    :raises ApiError, Unreachable: to be tried again
    """
    with transaction() as session:
        found = session.get(Activity, activity_id)
        late = rules.step_of(clock.now()) - step > rules.STEPS_BACK
        if found is None or found.state != ActivityState.PUBLISHED or late:
            return
        there = session.get(ScreenCode, (activity_id, purpose, step))
        scene = SCENE + rules.qr_of(activity_id, found.seed, purpose, step)
    if there is not None:
        return
    made = qr.create(account.client(), scene, seconds=_SECONDS)
    row = {
        "activity_id": activity_id,
        "purpose": purpose,
        "step": step,
        "url": made.url[:300],
        "made_at": clock.now(),
    }
    with transaction() as session:
        session.execute(insert(table_of(ScreenCode)).values(row).on_conflict_do_nothing())
        old = clock.now() - dt.timedelta(minutes=10)
        session.execute(sa.delete(ScreenCode).where(ScreenCode.made_at < old))
