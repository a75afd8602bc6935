"""Who may see and change what is kept about people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import DECIDERS, Actor, Role, register


class P(StrEnum):
    """Permissions over people."""

    SEE = "member.see"
    APPOINT = "member.appoint"
    APPOINT_LEADING = "member.appoint_leading"
    EXEMPT = "member.exempt"
    TRANSFER = "member.transfer"
    IMPORT = "member.import"
    AMEND = "member.amend"


@dataclass(frozen=True, slots=True)
class Person:
    """A person as permissions see him."""

    member_id: int
    #: Path of his branch on the day in question; empty outside the scheme.
    branch_path: str


#: Roles that work with the people of their unit; IT, security and audit do not.
WORKS_WITH_PEOPLE = (
    Role.POINTS_RECORDER,
    Role.BRANCH_SECRETARY,
    Role.DEPUTY_SECRETARY,
    Role.BRANCH_COMMITTEE,
    Role.PARTY_OFFICE,
    Role.ORGAN_COMMITTEE,
    Role.DISCIPLINE,
    Role.WC_OFFICE,
    Role.WC_LEADER,
)


def is_self(by: Actor, person: Person) -> bool:
    """Whether it is his own matter."""
    return by.member_id is not None and by.member_id == person.member_id


def is_not_self(by: Actor, person: Person) -> bool:
    """Whether it is somebody else's matter: nobody decides his own."""
    return by.member_id is not None and by.member_id != person.member_id


def works_with(by: Actor, person: Person) -> bool:
    """Whether the actor works with the people of that branch."""
    return bool(person.branch_path) and by.holds(*WORKS_WITH_PEOPLE, over=person.branch_path)


def operates(by: Actor, person: Person) -> bool:
    """Whether the actor runs the office over the person's branch."""
    return by.holds(Role.PARTY_OFFICE, Role.WC_OFFICE, over=person.branch_path or "/")


def approves(by: Actor, person: Person) -> bool:
    """Whether the actor decides for the organisation above the branch."""
    return by.holds(Role.ORGAN_COMMITTEE, Role.WC_LEADER, over=person.branch_path, about=person.member_id)


def amends(by: Actor, person: Person) -> bool:
    """Whether the actor decides for the person's branch, or for all where he belongs to none."""
    if not person.branch_path:
        return by.holds(Role.WC_LEADER, about=person.member_id)
    return by.holds(*DECIDERS, over=person.branch_path, about=person.member_id)


def leads_city(by: Actor, person: Person) -> bool:
    """Whether the actor leads the work committee: he alone gives posts there, and those of the three."""
    return by.holds(Role.WC_LEADER, over=person.branch_path)


def imports(by: Actor, person: Person) -> bool:
    """Whether the actor may bring a sheet for the unit with path ``branch_path``."""
    return by.holds(
        Role.BRANCH_SECRETARY,
        Role.DEPUTY_SECRETARY,
        Role.POINTS_RECORDER,
        Role.PARTY_OFFICE,
        Role.WC_OFFICE,
        over=person.branch_path,
    )


def has_office_over(by: Actor, person: Person) -> bool:
    """Whether the bearer is an office system for that part of the tree."""
    return by.member_id is None and by.holds(Role.PARTY_OFFICE, over=person.branch_path)


register(P.SEE, [is_self], [works_with], scope="people:read", words="查看党员信息")
register(P.APPOINT, [operates], scope="people:write", words="登记任职")
register(P.APPOINT_LEADING, [leads_city], scope="people:write", words="登记工委和系统、安全、审计三员的任职")
register(P.EXEMPT, [approves, is_not_self], scope="people:write", words="批准不参加积分")
register(P.TRANSFER, [operates], scope="people:write", words="办理组织关系转接")
register(P.IMPORT, [imports], scope="people:write", words="导入名册")
register(P.AMEND, [amends, is_not_self], scope="people:write", words="更正个人信息")
