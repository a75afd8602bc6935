"""Write a confirmed plan, with what is needed to undo it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.members import import_writes as writes
from jifen.members.import_plan import Draft
from jifen.members.models import ImportBatch
from jifen.members.roster.matching import Arrival, Known, Match, Plan
from jifen.members.roster.places import NewBranch
from jifen.org import service as org_service

#: Called with what is done and what there is.
Step = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a confirmed roster did."""

    batch_id: int
    created: int
    changed: int
    moved: int
    left: int
    branches: int
    posts: int


def apply(batch: ImportBatch, draft: Draft, *, by: Actor, step: Step) -> Outcome:
    plan, today = draft.plan, clock.today()
    rows: list[Arrival | Match] = [*plan.arrivals, *plan.matches]
    wanted = list(dict.fromkeys(r.branch for r in rows if isinstance(r.branch, NewBranch)))
    if wanted:
        ids = org_service.add_branches([(b.parent_id, b.name) for b in wanted], since=draft.since, by=by)
        draft.branches = dict(zip(wanted, ids, strict=True))

    def branch_of(row: Arrival | Match) -> int:
        return draft.branches[row.branch] if isinstance(row.branch, NewBranch) else row.branch

    new_ids = writes.take_in(
        plan.arrivals,
        [branch_of(a) for a in plan.arrivals],
        batch_id=batch.id,
        since=draft.since,
        now=clock.now(),
    )
    step(len(new_ids), batch.total)
    records = _apply_changes(batch, plan, branch_of, today)
    _apply_leaving(records, plan.leaving, today)
    posts = [
        (member, branch_of(a), post, writes.since_of(a, draft.since))
        for member, a in zip(new_ids, plan.arrivals, strict=True)
        for post in a.entry.posts
    ]
    posts += [(m.known.member_id, branch_of(m), post, today) for m in plan.changes for post in m.posts]
    writes.write_posts(posts, batch_id=batch.id)
    writes.record_changes(batch.id, [(member, before, after) for member, (before, after) in records.items()])
    return Outcome(
        batch_id=batch.id,
        created=len(new_ids),
        changed=sum(1 for m in plan.changes if m.fields or m.posts),
        moved=sum(1 for m in plan.changes if m.moves),
        left=len(plan.leaving),
        branches=len(draft.branches),
        posts=len(posts),
    )


_Records = dict[int, tuple[dict[str, Any], dict[str, Any]]]


def _apply_changes(
    batch: ImportBatch, plan: Plan, branch_of: Callable[[Arrival | Match], int], today: dt.date
) -> _Records:
    """Write what the sheet says anew about known people; returns before and after by member."""
    records: _Records = {}
    corrections = []
    for m in plan.changes:
        known, fields = m.known, m.fields
        before = writes.snapshot(known.name, known.joined, known.confirmed, known.staff_number)
        after = dict(before)
        if fields:
            after = writes.snapshot(
                fields.get("name", known.name),
                fields.get("joined", known.joined),
                fields.get("confirmed", known.confirmed),
                fields.get("staff_number", known.staff_number),
            )
            corrections.append({"id": known.member_id, **after})
        records[known.member_id] = (before, after)
    writes.correct(corrections)
    _apply_moves(records, [m for m in plan.changes if m.moves], batch, branch_of, today)
    return records


def _apply_moves(
    records: _Records,
    moves: Sequence[Match],
    batch: ImportBatch,
    branch_of: Callable[[Arrival | Match], int],
    today: dt.date,
) -> None:
    """Begin new memberships from today; posts end where the branch does.

    A membership that began today cannot end today: it is amended, and the record keeps what it was.
    """
    amended: list[Match] = []
    renewed: list[Match] = []
    for m in moves:
        (amended if m.known.since and m.known.since >= today else renewed).append(m)
    for m in amended:
        before = records[m.known.member_id][0]
        before["amended"] = [m.known.membership_id, m.known.branch_id, m.known.category]
    writes.amend_memberships(
        [(m.known.membership_id, branch_of(m), m.entry.category or m.known.category) for m in amended]
    )
    there = [m.known for m in renewed if m.known.membership_id]
    writes.end_memberships(there, on=today)
    for known in there:
        records[known.member_id][0]["ended"] = known.membership_id
    writes.start_memberships([(m, branch_of(m)) for m in renewed], batch_id=batch.id, since=today)
    gone = [m.known for m in moves if m.known.membership_id and branch_of(m) != m.known.branch_id]
    for member_id, posts in writes.end_posts(gone, on=today).items():
        records[member_id][0]["posts"] = posts


def _apply_leaving(records: _Records, leaving: Sequence[Known], today: dt.date) -> None:
    """End the memberships and posts of those of whom somebody said that they left."""
    writes.end_memberships(leaving, on=today)
    posts = writes.end_posts(leaving, on=today)
    for known in leaving:
        same = writes.snapshot(known.name, known.joined, known.confirmed, known.staff_number)
        before = {**same, "ended": known.membership_id, "posts": posts.get(known.member_id, [])}
        records[known.member_id] = (before, same)
