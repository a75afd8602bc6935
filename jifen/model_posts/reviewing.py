"""What happens to a plate: half-year reviews, warnings, rectification, renewal, withdrawal, expiry.

The clock asks; people decide. A plate that nobody renewed ends by itself.
"""

from __future__ import annotations

import datetime as dt

from jifen.core import clock
from jifen.core.actor import DECIDERS, Actor
from jifen.core.db import ask, transaction
from jifen.core.errors import NotFound
from jifen.decisions import asks
from jifen.decisions import queries as decisions
from jifen.decisions.errors import NobodyDecides
from jifen.model_posts import conditions, errors, posting, rules, settings
from jifen.model_posts.models import ModelPost
from jifen.model_posts.policy import P
from jifen.model_posts.service import HOUSE, access, kind_of, locked, moved, note, people_of, tell
from jifen.model_posts.states import HANGING, REVIEWS
from jifen.org import queries as org

SUBJECT = "model_review"
#: Posts looked at in one transaction.
CHUNK = 100
#: What a review says only with a reason.
_WITH_WORDS = frozenset({"warn", "rectify", "withdraw"})

_DUE = """
SELECT p.id FROM model_post p
  LEFT JOIN ask a ON a.subject = 'model_review' AND a.subject_id = p.id AND a.answered_at IS NULL
 WHERE p.state IN ('active', 'warned', 'rectifying') AND p.id > %(after)s
   AND (p.until <= %(today)s
        OR (a.id IS NULL
            AND (p.review_on <= %(today)s OR p.rectify_by < %(today)s
                 OR (p.review_on > %(today)s + 7 AND {wrong}))))
 ORDER BY p.id LIMIT %(limit)s
"""
# Whoever answers for it was vetoed, or belongs to the branch no more.
_WRONG = """
(EXISTS (SELECT 1 FROM standing s WHERE s.member_id = p.lead_id AND s.vetoed AND s.period = ANY(%(periods)s))
 OR NOT EXISTS (SELECT 1 FROM membership m WHERE m.member_id = p.lead_id AND m.branch_id = p.unit_id
                 AND m.since <= %(today)s AND (m.until IS NULL OR m.until > %(today)s)))
"""


def follow(*, after: int = 0, limit: int = CHUNK) -> int | None:
    """Bring the next plates to where they should stand today: ended, or asked about; safe to run again.

    :param after: the last post looked at
    :return: where to go on; None at the end
    """
    today = clock.today()
    with transaction():
        values = {
            "after": after,
            "limit": limit,
            "today": today,
            "periods": [str(today.year), f"{today:%Y-%m}", f"{today.year}Q{(today.month + 2) // 3}"],
        }
        ids = [row[0] for row in ask(_DUE.replace("{wrong}", _WRONG), values)]
        for post_id in ids:
            row = locked(post_id)
            if row is None or row.until is None or row.state not in HANGING:
                continue
            if row.until <= today:
                _end(row, "expire", HOUSE)
            elif asks.open_ask(SUBJECT, row.id) is None:
                _ask(row)
        return ids[-1] if len(ids) == limit else None


def _ask(row: ModelPost) -> None:
    kind, path = kind_of(row.kind), org.unit(row.unit_id).path
    out = set(people_of(row.id))
    try:
        unit_id = asks.unit_for(path, row.lead_id, not_by=out, step=kind.review_by)
    except NobodyDecides:
        unit_id = org.line(path)[0]
    row.reviews += 1
    # The next one is counted from this day, whoever answers when.
    row.review_on = rules.add_months(clock.today(), kind.review_months)
    due = clock.today() + dt.timedelta(days=kind.rectify_days)
    asks.ask(SUBJECT, row.id, unit_id=unit_id, concerns=row.lead_id, answer_by=due, not_by=out)
    tell(row, "review", key=str(row.reviews))
    note(row, "review", by=HOUSE)


def review(post_id: int, outcome: str, *, reason: str = "", by: Actor) -> ModelPost:
    """Say what becomes of a plate after its review.

    :param outcome: one of ``REVIEWS``
    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: a warning, a rectification or a withdrawal without a reason
    :raises TooSoonToRenew: its end is too far away
    :raises ConditionsNotMet: renewed, and what the kind asks for does not hold
    :raises NotNow: from where it stands this does not follow
    """
    if outcome not in REVIEWS:
        raise NotFound(what="这种复核结论")
    if outcome in _WITH_WORDS and not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        row = locked(post_id)
        asked = asks.access(SUBJECT, post_id, by=by)
        if row is None or row.until is None:
            raise NotFound(what="这个示范岗")
        step = 1 + len(decisions.decisions_on(SUBJECT, row.id))
        asks.decide(asked, outcome, by=by, reason=reason, step=step)
        kind, today = kind_of(row.kind), clock.today()
        if outcome == "withdraw":
            _end(row, "withdraw", by)
            return row
        if outcome == "renew":
            days = settings.load().renew_days_before
            if row.until - today > dt.timedelta(days=days):
                raise errors.TooSoonToRenew(until=row.until, days=days)
            found = conditions.of(
                kind,
                row.lead_id,
                staff=row.staff,
                staff_members=row.staff_members,
                leader_member=row.leader_member,
            )
            conditions.check(kind, found)
            row.until = rules.add_months(row.until, kind.validity_months)
        row.state = moved(row, outcome)
        row.rectify_by = today + dt.timedelta(days=kind.rectify_days) if outcome == "rectify" else None
        row.review_on = rules.add_months(today, kind.review_months)
        session.flush()  # the state, before the caller reads
        tell(row, outcome, key=str(step))
        note(row, outcome, by=by)
        return row


def withdraw(post_id: int, *, reason: str, by: Actor) -> ModelPost:
    """Take a plate down at any time: a violation, a complaint that proved right (一票否决).

    :raises NotFound, Forbidden: not the actor's to see, or not his to take down
    :raises WordsNeeded: without a reason
    :raises NotNow: no plate hangs
    """
    if not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        row = access(post_id, P.REMOVE, by=by, lock=True)
        moved(row, "withdraw")
        asks.answered(SUBJECT, row.id)
        path = org.unit(row.unit_id).path
        unit = next(h.unit_id for h in by.holdings if h.role in DECIDERS and h.reaches(path))
        asks.ask(SUBJECT, row.id, unit_id=unit, concerns=row.lead_id, not_by=people_of(row.id))
        asked = asks.access(SUBJECT, row.id, by=by)
        step = 1 + len(decisions.decisions_on(SUBJECT, row.id))
        asks.decide(asked, "withdraw", by=by, reason=reason, step=step)
        _end(row, "withdraw", by)
        session.flush()  # the state, before the caller reads
        return row


def _end(row: ModelPost, move: str, by: Actor) -> None:
    row.state, row.ended_on, row.rectify_by = moved(row, move), clock.today(), None
    asks.answered(SUBJECT, row.id)
    if move == "withdraw":
        posting.take_back(row, by=by if by.member_id not in people_of(row.id) else HOUSE)
    tell(row, move)
    note(row, move, by=by)


def last_word(post_id: int) -> str:
    """Return the reason of the last refusal, warning or withdrawal; whoever calls has checked who looks."""
    said = [*decisions.decisions_on("model_post", post_id), *decisions.decisions_on(SUBJECT, post_id)]
    words = [one for one in sorted(said, key=lambda d: d.id) if one.reason]
    return words[-1].reason or "" if words else ""
