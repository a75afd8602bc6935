"""Who acts, and the one table of who may do what.

An ``Actor`` names himself, his door and his dated posts. Rooms register their
permissions at import; ``permits`` looks only there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a dated post lets its holder do (岗位)."""

    CELL_LEADER = "cell_leader"  # 党小组长: takes the first look
    POINTS_RECORDER = "points_recorder"  # 积分管理员: prepares, cannot decide
    BRANCH_COMMITTEE = "branch_committee"  # 支部委员: organisation, publicity, discipline officers
    BRANCH_SECRETARY = "branch_secretary"  # 支部书记
    DEPUTY_SECRETARY = "deputy_secretary"  # 支部副书记
    PARTY_OFFICE = "party_office"  # 机关党建办: operates
    ORGAN_COMMITTEE = "organ_committee"  # 机关党委（党总支）: decides
    DISCIPLINE = "discipline"  # 机关纪委
    WC_OFFICE = "wc_office"  # 工委办公室: operates
    WC_LEADER = "wc_leader"  # 工委领导: decides
    IT = "it"  # 系统管理员: sees no points
    SECURITY = "security"  # 安全管理员
    AUDITOR = "auditor"  # 审计员


#: What each post is called in sentences; ``member`` holds none.
ROLE_WORDS = {
    "member": "党员",
    Role.CELL_LEADER: "党小组长",
    Role.POINTS_RECORDER: "积分管理员",
    Role.BRANCH_COMMITTEE: "支部委员",
    Role.BRANCH_SECRETARY: "支部书记",
    Role.DEPUTY_SECRETARY: "支部副书记",
    Role.PARTY_OFFICE: "机关党建办",
    Role.ORGAN_COMMITTEE: "机关党委",
    Role.DISCIPLINE: "机关纪委",
    Role.WC_OFFICE: "工委办公室",
    Role.WC_LEADER: "工委领导",
    Role.IT: "系统管理员",
    Role.SECURITY: "安全管理员",
    Role.AUDITOR: "审计员",
}

#: 三员分立: nobody holds two of these.
SEPARATED = frozenset({Role.IT, Role.SECURITY, Role.AUDITOR})
#: Roles that decide a claim in their own unit.
DECIDERS = frozenset({Role.BRANCH_SECRETARY, Role.DEPUTY_SECRETARY, Role.ORGAN_COMMITTEE, Role.WC_LEADER})


class Door(StrEnum):
    """By which way an act came in (入口)."""

    WECHAT = "wechat"
    WECOM = "wecom"
    API = "api"
    CONSOLE = "console"
    PHONE = "phone"
    CLI = "cli"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Holding:
    """A post held today: the role and where."""

    role: Role
    unit_id: int
    #: The unit's path, ``/1/7/``; the post reaches everything below it.
    path: str
    post_id: int = 0
    #: Whose post it is, where the holder is a deputy for a time; None for one's own post.
    deputy_for: int | None = None

    def reaches(self, path: str) -> bool:
        """Return whether ``path`` is the post's unit or lies below it."""
        return path.startswith(self.path)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, as he stands today."""

    door: Door
    #: None for system actors and office systems, who have a ``name``.
    member_id: int | None = None
    name: str = ""
    #: Branch of membership today; None for people outside the scheme.
    branch_id: int | None = None
    branch_path: str = ""
    holdings: tuple[Holding, ...] = ()
    #: Scopes of the bearer token used, None when no token narrows the actor.
    scopes: frozenset[str] | None = field(default=None)
    #: A community outside the tree that speaks for itself (双报到); None for everybody else.
    community_id: int | None = None

    @property
    def is_system(self) -> bool:
        """Whether this is the house itself (clock, worker, an operator's command)."""
        return self.member_id is None and self.scopes is None and bool(self.name)

    def holds(self, *roles: Role, over: str | None = None, about: int | None = None) -> bool:
        """Return whether one of ``roles`` is held over the unit with path ``over`` (anywhere if None).

        :param about: whose matter it is; a post held for that very person does not count
        """
        return any(
            h.role in roles and (over is None or h.reaches(over)) and (about is None or h.deputy_for != about)
            for h in self.holdings
        )


def system(name: str, door: Door = Door.JOB) -> Actor:
    """Return a named actor for what the house does by itself."""
    return Actor(door=door, name=name)


Predicate = Callable[[Actor, Any], bool]
_table: dict[str, tuple[tuple[Predicate, ...], ...]] = {}
_scopes: dict[str, str] = {}
_words: dict[str, str] = {}


def register(permission: StrEnum, *clauses: Sequence[Predicate], scope: str, words: str) -> None:
    """Enter a permission: any of ``clauses``, all predicates of that clause.

    ``scope`` is what a bearer token must carry; ``words`` names the act in Chinese.

    :raises ValueError: an empty clause (it would let everyone pass) or a second entry
    """
    if not clauses or not all(clauses):
        raise ValueError(f"{permission}: an empty clause would let everyone pass")
    if permission in _table:
        raise ValueError(f"{permission}: registered twice")
    _table[permission] = tuple(tuple(c) for c in clauses)
    _scopes[permission], _words[permission] = scope, words


def permits(by: Actor, permission: StrEnum, obj: Any = None) -> bool:
    """Return whether ``by`` may do ``permission`` to ``obj``."""
    if by.scopes is not None and _scopes[permission] not in by.scopes:
        return False
    return any(all(p(by, obj) for p in clause) for clause in _table[permission])


def words_for(permission: StrEnum) -> str:
    """Return the Chinese name of the act, for a refusal."""
    return _words[permission]


def permissions() -> dict[str, str]:
    """Return every registered permission with the scope it needs."""
    return dict(_scopes)
