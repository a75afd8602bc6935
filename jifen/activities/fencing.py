"""Where an activity is held (现场范围): set, changed and taken away until it is over; nobody's own place is kept."""

from __future__ import annotations

from decimal import Decimal

from jifen.activities import errors, rules
from jifen.activities.access import access
from jifen.activities.models import Activity
from jifen.activities.planning import Fence
from jifen.activities.policy import P
from jifen.activities.states import ACTIVITY_WORDS, ActivityState
from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import transaction
from jifen.core.states import NotNow

#: Metres around the place that are "there", where nothing else is said; at least and at most.
NEAR, LEAST, MOST = 300, 50, 5000


def on_map(lat: Decimal, lon: Decimal, metres: int = NEAR) -> Fence:
    """Return the fence around a place of a Chinese map, as a chat sends it.

    :raises BadPlace: no place on earth
    """
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise errors.BadPlace
    there = rules.off_the_map(float(lat), float(lon))
    return Fence(Decimal(f"{there[0]:.5f}"), Decimal(f"{there[1]:.5f}"), metres)


def fence(activity_id: int, there: Fence | None, *, by: Actor) -> Activity:
    """Say where an activity is held, or, with None, that no telephone is asked.

    :raises NotFound, Forbidden: not his to run
    :raises NotNow: it was closed or cancelled
    :raises Over: it is over
    :raises BadPlace: no place on earth, or too narrow or wide a circle
    """
    if there and not (abs(there.lat) <= 90 and abs(there.lon) <= 180 and LEAST <= there.metres <= MOST):
        raise errors.BadPlace
    with transaction() as session:
        found = access(activity_id, P.RUN, by=by, lock=True)
        _refuse_ended(found)
        found.fence_lat = there.lat if there else None
        found.fence_lon = there.lon if there else None
        found.fence_metres = there.metres if there else None
        audit.record(by=by, action="activity.fence", subject="activity", subject_id=found.id)
        session.flush()  # before the caller reads
        return found


def may_fence(activity_id: int, *, by: Actor) -> None:
    """Refuse who could not set a fence now, before he is asked for the place.

    :raises NotFound, Forbidden, NotNow, Over: see ``fence``
    """
    _refuse_ended(access(activity_id, P.RUN, by=by))


def _refuse_ended(found: Activity) -> None:
    if found.state != ActivityState.PUBLISHED:
        state = ACTIVITY_WORDS[ActivityState(found.state)]
        raise NotNow(what=f"“{found.title}”", state=state, move="改现场范围")
    if found.ends_at <= clock.now():
        raise errors.Over(title=found.title, act="改现场范围")
