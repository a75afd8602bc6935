"""What the tree looks like from outside."""

from __future__ import annotations

from jifen.web.schemas import Bool, Day, Id, Int, Schema, Str, one_of, page_of

KINDS = ("work_committee", "department", "committee", "general_branch", "branch", "cell")


class UnitOut(Schema):
    """One organisation."""

    id = Int()
    code = Str(metadata={"description": "组织代码", "example": "D12-03"})
    name = Str()
    kind = Str(metadata={"enum": list(KINDS)})
    parent_id = Int(allow_none=True)
    path = Str(metadata={"description": "从根到本组织的编号，例如 /1/7/42/"})
    department_id = Int(allow_none=True)
    type_code = Str(allow_none=True)
    since = Day()
    names_shown = Bool(metadata={"description": "是否经支委会决定在支部内公开排名"})


UnitPage = page_of(UnitOut)


class UnitIn(Schema):
    """A unit to be set up."""

    parent_id = Id(required=True)
    kind = Str(required=True, validate=[one_of(*KINDS[1:])])
    name = Str(required=True, least=1, most=80)
    code = Str(least=1, most=32, load_default=None, metadata={"description": "不写则按上级组织续编"})
    since = Day(required=True)
    type_code = Str(least=1, most=20, load_default=None)


class NamesShownIn(Schema):
    """Whether members of a branch see each other's places."""

    shown = Bool(required=True)
    basis_id = Id(
        load_default=None, metadata={"description": "支委会决定的会议纪要，依据登记里的一份；公开时必填"}
    )
