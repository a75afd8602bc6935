"""Thresholds by which organisations are set up, as pure arithmetic.

Source: 《中国共产党党和国家机关基层组织工作条例》第五至七条, 《中国共产党支部工作条例（试行）》,
as read in the domain notes.
"""

from __future__ import annotations

from dataclasses import dataclass

#: A branch normally has no more members than this.
BRANCH_MAX = 50
#: Full members below which a branch cannot stand alone, and from which it has a committee.
BRANCH_MIN_FULL, BRANCH_COMMITTEE_FULL = 3, 7
#: Members of a department from which a general branch and a committee are set up.
GENERAL_BRANCH_FROM, COMMITTEE_FROM = 50, 100


@dataclass(frozen=True, slots=True)
class StructureWarning:
    """A size that asks for another form of organisation; a hint, never an obstacle."""

    code: str
    #: A Chinese sentence with what may be done.
    words: str


def branch_warnings(*, members: int, full: int, committee: int | None = None) -> list[StructureWarning]:
    """Return what the size of a branch asks for.

    :param members: full and probationary members together
    :param full: full members alone; retired and floating full members are full members
    :param committee: people in the branch committee, None when posts are not known
    """
    found = []
    if members > BRANCH_MAX:
        found.append(
            StructureWarning(
                "branch_large", f"支部有{members}名党员，一般不超过{BRANCH_MAX}名，可考虑分设支部。"
            )
        )
    if full < BRANCH_MIN_FULL:
        found.append(
            StructureWarning(
                "branch_small",
                f"支部只有{full}名正式党员，不足{BRANCH_MIN_FULL}名，可与邻近单位成立联合党支部。",
            )
        )
    if full >= BRANCH_COMMITTEE_FULL and committee is not None and committee < 3:
        found.append(
            StructureWarning("branch_committee", f"支部有{full}名正式党员，应设立支部委员会（一般3至5人）。")
        )
    return found


def department_warnings(
    *, members: int, has_committee: bool, has_general_branch: bool
) -> list[StructureWarning]:
    """Return what the size of a department asks for.

    :param members: full and probationary members of all its branches
    """
    if members >= COMMITTEE_FROM and not has_committee:
        return [
            StructureWarning(
                "committee_due", f"单位有{members}名党员，达到{COMMITTEE_FROM}名，应设立机关党委。"
            )
        ]
    if GENERAL_BRANCH_FROM <= members < COMMITTEE_FROM and not (has_committee or has_general_branch):
        return [
            StructureWarning(
                "general_branch_due",
                f"单位有{members}名党员，在{GENERAL_BRANCH_FROM}至{COMMITTEE_FROM}名之间，应设立党总支。",
            )
        ]
    return []
