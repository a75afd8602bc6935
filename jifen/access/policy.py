"""Who may hand out ways in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from jifen.core.actor import Actor, Role, register
from jifen.members.policy import Person, is_not_self, is_self


class P(StrEnum):
    """Permissions over bindings and tokens."""

    NAME_DEPUTY = "access.name_deputy"
    ISSUE_CODE = "access.issue_code"
    REVOKE = "access.revoke"
    SEE_BINDINGS = "paper.see_bindings"
    ISSUE_TOKEN = "access.issue_token"  # noqa: S105 (a permission's name)
    OWN_ACCOUNT = "account.own"
    RESET = "account.reset"
    ISSUE_SYSTEM_TOKEN = "access.issue_system_token"  # noqa: S105 (a permission's name)
    SEE_ON_PAPER = "paper.see"


@dataclass(frozen=True, slots=True)
class Bearer(Person):
    """Somebody who is to get a way in, and where he holds posts today."""

    post_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountOf:
    """Somebody's account as permissions see it."""

    member_id: int
    #: Role and unit path of each post he holds today.
    posts: tuple[tuple[str, str], ...]


#: Posts that hand the next lower organisation its printed codes.
_ABOVE = (Role.PARTY_OFFICE, Role.ORGAN_COMMITTEE, Role.WC_OFFICE)


def is_person(by: Actor, _obj: object) -> bool:
    """Whether a person acts, and no system."""
    return by.member_id is not None


def stands_above(by: Actor, whose: AccountOf) -> bool:
    """Whether the actor stands above every post of that person.

    Below the work committee it is the next higher organisation; at the work committee itself the
    security administrator or a leader, never those who work under the person.
    """
    return bool(whose.posts) and all(_above(by, role, path) for role, path in whose.posts)


def _above(by: Actor, role: str, path: str) -> bool:
    # A post that somebody lent him for a time hands out no keys.
    own = [h for h in by.holdings if h.deputy_for is None]
    if path.count("/") > 2:
        return any(h.role in _ABOVE and h.reaches(path) and h.path != path for h in own)
    above = (Role.WC_LEADER,) if role == Role.SECURITY else (Role.SECURITY, Role.WC_LEADER)
    return any(h.role in above for h in own)


def hands_out(by: Actor, person: Bearer) -> bool:
    """Whether the actor hands out paper slips in that branch; to people without one the work committee's office does.

    Who holds a post acts for others: his way in is in the hands of the offices
    above every post of his, never of somebody whose work he decides about.
    """
    if person.post_paths:
        return all(by.holds(Role.PARTY_OFFICE, Role.WC_OFFICE, over=path) for path in person.post_paths)
    if not person.branch_path:
        return by.holds(Role.WC_OFFICE)
    return by.holds(
        Role.BRANCH_SECRETARY,
        Role.DEPUTY_SECRETARY,
        Role.POINTS_RECORDER,
        Role.PARTY_OFFICE,
        Role.WC_OFFICE,
        over=person.branch_path,
    )


def ends(by: Actor, person: Bearer) -> bool:
    """Whether the actor ends a binding: who hands out that slip, except a recorder, who decides nothing."""
    deciding = (Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY, Role.PARTY_OFFICE, Role.WC_OFFICE)
    return hands_out(by, person) and by.holds(*deciding, over=person.branch_path or None)


@dataclass(frozen=True, slots=True)
class OwnBranch:
    """A branch whose own matter is asked for."""

    unit_id: int


def serves(by: Actor, branch: OwnBranch) -> bool:
    """Whether the actor serves the people of exactly that branch: nobody above it is told."""
    roles = (Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY, Role.POINTS_RECORDER)
    return any(h.role in roles and h.unit_id == branch.unit_id for h in by.holdings)


def leads_city(by: Actor, _unit: object) -> bool:
    """Whether the actor runs the work committee's office."""
    return by.holds(Role.WC_OFFICE, Role.WC_LEADER)


def decides_above(by: Actor, post: Person) -> bool:
    """Whether the actor decides, by a post of his own, in an organisation above that of the post."""
    return any(
        h.role in (Role.ORGAN_COMMITTEE, Role.WC_LEADER)
        and h.deputy_for is None
        and h.reaches(post.branch_path)
        and h.path != post.branch_path
        for h in by.holdings
    )


register(P.NAME_DEPUTY, [is_self], [decides_above], scope="access:write", words="指定代理人")
register(P.OWN_ACCOUNT, [is_person], scope="account:write", words="管理本人的工作台账号")
register(P.RESET, [stands_above, is_not_self], scope="account:write", words="发放登录码")
register(P.ISSUE_CODE, [hands_out], scope="access:write", words="发放绑定码")
register(P.REVOKE, [ends], scope="access:write", words="解除微信或企业微信绑定")
register(P.SEE_BINDINGS, [serves], scope="people:read", words="查看本支部的微信、企业微信绑定")
register(P.SEE_ON_PAPER, [serves], scope="people:read", words="查看线下办理名单")
register(P.ISSUE_TOKEN, [is_self], scope="access:write", words="申请访问令牌")
register(P.ISSUE_SYSTEM_TOKEN, [leads_city], scope="access:write", words="为业务系统发放访问令牌")
