"""Appraisals as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.points.appraisal.publishing import DONE
from jifen.points.appraisal.states import AppraisalState
from jifen.web.schemas import (
    Bool,
    Day,
    Figure,
    Id,
    Instant,
    Int,
    Listing,
    PageIn,
    Schema,
    Str,
    one_of,
    page_of,
)

STATES = tuple(state.value for state in AppraisalState)
DONE_CODES = tuple(dict.fromkeys(code for kind in DONE.values() for code in kind))
#: Members that one list may hold.
MOST = 500
_YEAR = {"least": 2000, "most": 2200}


class AppraisalStartIn(Schema):
    """Which branch, which year."""

    branch_id = Id(required=True)
    year = Int(required=True, **_YEAR)


class AppraisalProgressIn(PageIn):
    """Which year, and below which organisation."""

    year = Int(required=True, **_YEAR)
    unit_id = Id(load_default=None, metadata={"description": "只看这个组织以下的支部"})


class AppraisalTieIn(Schema):
    """Who of the equals gets the grade."""

    grade = Str(required=True, least=1, most=20)
    chosen = Listing(Id(), required=True, metadata={"description": "支委会研究决定的人员，可少于名额"})
    minute = Str(required=True, least=1, most=80, metadata={"description": "会议记录编号"})


class AppraisalChangeIn(Schema):
    """Another grade than the one proposed."""

    member_id = Id(required=True)
    grade = Str(required=True, least=1, most=20)
    reason = Str(required=True, least=1, most=200, metadata={"description": "理由"})


class AppraisalCommitteeIn(Schema):
    """What the branch committee decided."""

    minute = Str(required=True, least=1, most=80, metadata={"description": "会议记录编号"})
    held_on = Day(required=True)
    changes = Listing(fields.Nested(AppraisalChangeIn), load_default=list)


class AppraisalBallotIn(Schema):
    """Counts of votes about one person."""

    member_id = Id(required=True)
    counts = fields.Dict(
        keys=Str(least=1, most=20),
        values=Int(least=0, most=MOST),
        required=True,
        metadata={"description": "各等次及弃权的票数，只记数字"},
    )


class AppraisalMeetingIn(AppraisalCommitteeIn):
    """What the members' meeting decided."""

    expected = Int(required=True, least=1, most=MOST, metadata={"description": "应到有表决权的党员数"})
    present = Int(required=True, least=0, most=MOST, metadata={"description": "实到有表决权的党员数"})
    ballots = Listing(fields.Nested(AppraisalBallotIn), load_default=list)


class AppraisalReasonIn(Schema):
    """Why a step is taken back."""

    reason = Str(required=True, least=1, most=200)


class AppraisalConfirmIn(Schema):
    """What the next higher organisation says."""

    agree = Bool(required=True)
    reason = Str(load_default="", most=200)


class AppraisalTaskIn(Schema):
    """What the branch did."""

    done = Str(required=True, validate=[one_of(*DONE_CODES)])
    minute = Str(required=True, least=1, most=80)
    done_on = Day(required=True)


class AppraisalRowOut(Schema):
    """A line of the list."""

    line_id = Int()
    member_id = Int()
    number = Str()
    name = Str()
    category = Str()
    reason = Str()
    total = Figure()
    by_score = Str(allow_none=True)
    vetoed = Bool()
    proposed = Str(allow_none=True)
    grade = Str(allow_none=True)
    confirm = Bool()
    confirmed = Bool()
    why = Str()
    votes = fields.Dict(keys=Str(), values=Int())


class AppraisalStepOut(Schema):
    """A recorded step."""

    id = Int()
    step = Str()
    words = Str()
    minute = Str(allow_none=True)
    held_on = Day(allow_none=True)
    expected = Int(allow_none=True)
    present = Int(allow_none=True)
    grade = Str(allow_none=True)
    recorded_by = Str()
    unit_name = Str()
    recorded_at = Instant()
    undone = Bool()
    undone_reason = Str(allow_none=True)


class AppraisalSummaryOut(Schema):
    """The year's figures."""

    listed = Int()
    participants = Int()
    grades = fields.Dict(keys=Str(), values=Int())
    without = fields.Dict(keys=Str(), values=Int())
    adds_up = Bool()


class AppraisalTieOut(Schema):
    """Equals at the edge of a quota."""

    grade = Str()
    members = fields.List(Int())
    seats = Int()


class AppraisalSheetOut(Schema):
    """An appraisal."""

    id = Int()
    branch_id = Int()
    branch_name = Str()
    year = Int()
    state = Str(metadata={"enum": list(STATES)})
    state_words = Str()
    as_of = Day()
    due_on = Day()
    rulebook = Str()
    rows = fields.List(fields.Nested(AppraisalRowOut))
    steps = fields.List(fields.Nested(AppraisalStepOut))
    summary = fields.Nested(AppraisalSummaryOut)
    limits = fields.Dict(keys=Str(), values=Int())
    base = Int()
    tie = fields.Nested(AppraisalTieOut, allow_none=True)
    grades = fields.List(Str())
    mine = Bool()
    asked_unit = Str()
    publication_id = Int(allow_none=True)


class AppraisalProgressOut(Schema):
    """How far a branch is."""

    branch_id = Int()
    branch_name = Str()
    appraisal_id = Int(allow_none=True)
    state = Str(allow_none=True)
    state_words = Str()
    due_on = Day()


AppraisalProgressPage = page_of(AppraisalProgressOut)


class AppraisalOwnOut(Schema):
    """One's own year."""

    year = Int()
    branch_name = Str()
    state = Str(metadata={"enum": list(STATES)})
    state_words = Str()
    grade = Str(allow_none=True)
    reason = Str()


class AppraisalOwnsOut(Schema):
    """One's own years."""

    items = fields.List(fields.Nested(AppraisalOwnOut))


class AppraisalTaskOut(Schema):
    """What a grade asks of the branch."""

    id = Int()
    member_id = Int()
    member_name = Str()
    branch_id = Int()
    branch_name = Str()
    year = Int()
    kind = Str(metadata={"enum": list(DONE)})
    words = Str()
    because = Str()
    choices = fields.Dict(keys=Str(), values=Str())
    done = Str(allow_none=True)
    done_words = Str()
    minute = Str(allow_none=True)
    done_on = Day(allow_none=True)


AppraisalTaskPage = page_of(AppraisalTaskOut)


class AppraisalConfirmationOut(Schema):
    """A recorder's own grade."""

    line_id = Int()
    member_name = Str()
    branch_name = Str()
    year = Int()
    total = Figure()
    by_score = Str(allow_none=True)
    grade = Str(allow_none=True)
    why = Str()


AppraisalConfirmationPage = page_of(AppraisalConfirmationOut)


class AppraisalStepForm(Schema):
    """A step as the desk sends it: by member another grade and its reason, blank where nothing changes."""

    minute = Str(required=True, least=1, most=80)
    held_on = Day(required=True)
    grade = fields.Dict(keys=Id(), values=Str(most=20), load_default=dict)
    reason = fields.Dict(keys=Id(), values=Str(most=200), load_default=dict)


class AppraisalMeetingForm(AppraisalStepForm):
    """The members' meeting; votes by ``member.choice``, the choice by its place."""

    expected = Int(required=True, least=1, most=MOST)
    present = Int(required=True, least=0, most=MOST)
    votes = fields.Dict(keys=Str(most=30), values=Int(least=0, most=MOST), load_default=dict)


class AppraisalYearIn(PageIn):
    """Which year of the branches."""

    year = Int(load_default=None, allow_none=True, **_YEAR)


class AppraisalNothing(Schema):
    """A form without fields."""
