"""Who decides: the nearest organisation in which somebody else is entitled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

#: A member entitled in a unit, and in whose place he acts (None: by his own post).
Entitled = tuple[int, int | None]


def deciding_unit(
    line: Sequence[int], deciders: Mapping[int, Collection[Entitled]], *apart: int | None
) -> int | None:
    """Return the unit whose deciders are asked about a matter.

    Nobody decides his own matter, nor does anybody in his place: where the only
    one entitled is the member himself, the step goes up.

    :param line: unit ids from where the question starts up to the work committee
    :param deciders: unit id -> who is entitled there today
    :param apart: members who must not decide: whose matter it is, who prepared it …
    :return: the nearest unit with somebody else entitled; None if there is none at all
    """
    for unit_id in line:
        if any(may_decide(who, principal, *apart) for who, principal in deciders.get(unit_id, ())):
            return unit_id
    return None


def may_decide(member_id: int, principal: int | None, *apart: int | None) -> bool:
    """Return whether neither the decider nor the one in whose place he acts must keep out of it."""
    out = {one for one in apart if one is not None}
    return member_id not in out and principal not in out


#: Names of a rulebook's chain that look first and decide nothing (党小组长、积分管理员).
FIRST_LOOKS = frozenset({"group_leader", "points_recorder"})
#: Step of a chain -> the kinds of organisation that decide it, the one meant before the one that stands in for it.
DECIDED_BY: dict[str, tuple[str, ...]] = {
    "branch_secretary": ("branch",),
    "branch_committee": ("branch",),
    "members_meeting": ("branch",),
    "department_office": ("department",),
    "department_committee": ("committee", "general_branch", "department"),
    "work_committee": ("work_committee",),
    # 组织部 stands outside the tree: the work committee's leaders record what it decided.
    "organisation_department": ("work_committee",),
}
#: What each step is called when somebody asks where his report stands.
STEP_WORDS = {
    "branch_secretary": "支部书记",
    "branch_committee": "支部委员会",
    "members_meeting": "党员大会",
    "department_office": "机关党建办",
    "department_committee": "机关党委",
    "work_committee": "工委",
    "organisation_department": "组织部",
}


def steps(chain: Sequence[str]) -> tuple[str, ...]:
    """Return the steps of a rulebook's chain that are decisions, in order; at least the branch decides."""
    return tuple(name for name in chain if name not in FIRST_LOOKS) or ("branch_secretary",)


def start(upwards: Sequence[tuple[int, str]], step: str) -> list[int]:
    """Return the units that may be asked at a step: from the one whose kind the step names, upwards.

    :param upwards: (unit id, kind) from the branch up to the work committee
    """
    for kind in DECIDED_BY[step]:
        for place, (_, found) in enumerate(upwards):
            if found == kind:
                return [unit for unit, _ in upwards[place:]]
    # A department is missing only where the branch stands directly below the work committee.
    return [unit for unit, _ in upwards[-1:]]
