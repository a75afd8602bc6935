"""Who may object, enter an objection for somebody, look at it, and look again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import Actor, register
from jifen.decisions.policy import seat
from jifen.members.policy import WORKS_WITH_PEOPLE


class P(StrEnum):
    """Permissions over objections."""

    RAISE = "objection.raise"
    ENTER = "objection.enter"
    SEE = "objection.see"
    ANSWER = "objection.answer"
    WITHDRAW = "objection.withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """An objection, or what one is to be about, as permissions see it."""

    #: Whose line or entry it is.
    member_id: int
    #: The unit of the list, or the branch of the deed.
    unit_id: int
    path: str
    #: Whether it stands on a list that the branch was shown.
    shown: bool = False
    #: Who decided what is contested; they neither enter nor answer it.
    deciders: frozenset[int] = frozenset()
    objector_id: int | None = None
    entered_by: int | None = None
    #: The unit whose deciders are asked to look again; None while nothing is asked.
    asked_unit_id: int | None = None
    #: Whether it was looked at again.
    answered: bool = False


def is_own_line(by: Actor, contest: Contest) -> bool:
    """Whether the contested line is the actor's own."""
    return by.member_id is not None and by.member_id == contest.member_id


def was_shown_it(by: Actor, contest: Contest) -> bool:
    """Whether the list was shown to the actor's branch."""
    return contest.shown and by.member_id is not None and by.branch_id == contest.unit_id


def works_there(by: Actor, contest: Contest) -> bool:
    """Whether the actor works with the people of that unit."""
    return by.holds(*WORKS_WITH_PEOPLE, over=contest.path)


def keeps_out(by: Actor, contest: Contest) -> bool:
    """Whether a person acts who did not decide what is contested and whose own line it is not."""
    return by.member_id is not None and by.member_id not in contest.deciders | {contest.member_id}


def is_party(by: Actor, contest: Contest) -> bool:
    """Whether he objects, entered it, or was told the answer about his own line."""
    parties = {contest.objector_id, contest.entered_by, contest.member_id if contest.answered else None}
    return by.member_id is not None and by.member_id in parties


def is_asked(by: Actor, contest: Contest) -> bool:
    """Whether the actor decides in the unit that is asked and had no hand in the matter."""
    apart = (contest.member_id, contest.objector_id, contest.entered_by, *contest.deciders)
    return contest.asked_unit_id is not None and seat(by, contest.asked_unit_id, *apart) is not None


def brought_it(by: Actor, contest: Contest) -> bool:
    """Whether the actor objects, or entered the paper of whoever does."""
    return by.member_id is not None and by.member_id in (contest.objector_id, contest.entered_by)


register(P.RAISE, [is_own_line], [was_shown_it], scope="objections:write", words="提出异议")
register(P.ENTER, [works_there, keeps_out], scope="objections:write", words="代为登记异议")
register(P.SEE, [is_party], [works_there], [is_asked], scope="objections:read", words="查看异议")
register(P.ANSWER, [is_asked], scope="objections:decide", words="复核异议")
register(P.WITHDRAW, [brought_it], scope="objections:write", words="撤回异议")
