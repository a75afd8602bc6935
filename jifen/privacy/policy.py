"""Who may ask about his own data, who answers, and who may let a person be erased."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import Actor, Role, register
from jifen.decisions.policy import seat
from jifen.members.policy import Person, is_not_self, is_self, works_with


class P(StrEnum):
    """Permissions over personal data as such."""

    OWN = "privacy.own"
    ASK = "privacy.ask"
    ENTER = "privacy.enter"
    SEE = "privacy.see"
    ANSWER = "privacy.answer"
    HAND_OUT = "privacy.hand_out"
    ERASE = "privacy.erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Person):
    """A request as permissions see it."""

    entered_by: int | None = None
    #: The unit whose deciders are asked; None while nothing is asked.
    asked_unit_id: int | None = None


def is_person(by: Actor, _obj: object) -> bool:
    """Whether the actor is somebody, and not a system."""
    return by.member_id is not None


def answers_for_all(by: Actor, _person: Person) -> bool:
    """Whether the actor leads the work committee: who has left belongs to no branch any more."""
    return by.holds(Role.WC_LEADER)


def entered_it(by: Actor, request: Request) -> bool:
    """Whether the actor entered it for somebody."""
    return by.member_id is not None and by.member_id == request.entered_by


def is_asked(by: Actor, request: Request) -> bool:
    """Whether the actor decides in the unit that is asked, neither his own matter nor what he entered."""
    apart = (request.member_id, request.entered_by)
    return request.asked_unit_id is not None and seat(by, request.asked_unit_id, *apart) is not None


def serves(by: Actor, person: Person) -> bool:
    """Whether the actor serves the people of exactly that branch: nobody above it prints for them."""
    roles = (Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY)
    return bool(person.branch_path) and any(
        h.role in roles and h.path == person.branch_path and h.deputy_for is None for h in by.holdings
    )


register(P.OWN, [is_person], scope="privacy:own", words="查看和导出本人的信息")
register(P.ASK, [is_self], scope="privacy:write", words="提出关于本人信息的申请")
register(P.ENTER, [works_with, is_not_self], scope="privacy:write", words="代为登记个人信息申请")
register(P.SEE, [is_self], [entered_it], [is_asked], scope="privacy:read", words="查看个人信息申请")
register(P.ANSWER, [is_asked], scope="privacy:decide", words="答复个人信息申请")
register(P.HAND_OUT, [serves, is_not_self], scope="privacy:write", words="代为打印本人信息")
register(P.ERASE, [answers_for_all, is_not_self], scope="privacy:erase", words="删除已离开人员的个人信息")
