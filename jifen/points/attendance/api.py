"""Attendance, absences, leave and the undo of lists over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.points import roster_undo
from jifen.points.attendance import absences, corrections, gatherings, leaves, queries, queries_asked, schemas
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.attendance.policy import P
from jifen.points.policy import P as POINTS
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page

blp = Blueprint("attendance_api", __name__, url_prefix="/api/v1", description="考勤与请假")


@blp.route("/gatherings")
class Gatherings(Resource):
    """Meetings of the branches with whose people one works."""

    @asks(P.SEE)
    @blp.arguments(schemas.GatheringsIn, location="query")
    @blp.response(200, schemas.MetPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看会议考勤，最近登记的在前"""
        rows = queries.gatherings(
            by=current_actor(), branch_id=data["branch_id"], after=data["after"], limit=data["limit"] + 1
        )
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.PREPARE)
    @blp.arguments(schemas.GatheringIn)
    @blp.response(201, schemas.MeetingOut)
    @blp.alt_response(409, schema=None, description="gathering_entered：这次会议已登记过")
    def post(self, data: dict[str, Any]) -> Any:
        """登记一次会议的考勤：应到人员里没有写明的都算到会"""
        by = current_actor()
        sheet = Sheet(
            branch_id=data["branch_id"],
            item=data["item"],
            day=data["occurred_on"],
            marks={m["member_id"]: Mark(m["outcome"], m["reason"]) for m in data["marks"]},
            activity=data["activity"],
            cell_id=data["cell_id"],
            audience=data["member_ids"],
        )
        return queries.meeting(gatherings.record(sheet, confirm=data["confirm"], by=by).id, by=by)


@blp.route("/gatherings/expected")
class Expected(Resource):
    """Who would be expected at a meeting."""

    @asks(P.PREPARE)
    @blp.arguments(schemas.ExpectedIn, location="query")
    @blp.response(200, schemas.ExpectedListOut)
    def get(self, data: dict[str, Any]) -> Any:
        """查看某天的应到人员"""
        branch = queries.access_branch(data["branch_id"], P.PREPARE, by=current_actor())
        return {"items": queries.expected(branch, data["occurred_on"], cell_id=data["cell_id"])}


@blp.route("/gatherings/<id:gathering_id>")
class One(Resource):
    """One meeting."""

    @asks(P.SEE)
    @blp.response(200, schemas.MeetingOut)
    def get(self, gathering_id: int) -> Any:
        """查看一次会议和每个人的到会情况"""
        return queries.meeting(gathering_id, by=current_actor())


@blp.route("/gatherings/<id:gathering_id>/confirm")
class Confirmation(Resource):
    """A confirmation, once."""

    @asks(P.CONFIRM)
    @blp.response(200, schemas.MeetingOut)
    @blp.alt_response(409, schema=None, description="not_now：已有人确认或已作废")
    def post(self, gathering_id: int) -> Any:
        """确认一次会议的考勤，当即记入台账"""
        by = current_actor()
        return queries.meeting(gatherings.confirm(gathering_id, by=by).id, by=by)


@blp.route("/gatherings/<id:gathering_id>/drop")
class Drop(Resource):
    """An entry that nobody confirmed, dropped."""

    @asks(P.PREPARE)
    @blp.response(200, schemas.MeetingOut)
    def post(self, gathering_id: int) -> Any:
        """把还没有确认的登记作废"""
        by = current_actor()
        return queries.meeting(gatherings.drop(gathering_id, by=by).id, by=by)


@blp.route("/gatherings/<id:gathering_id>/correct")
class Correct(Resource):
    """A confirmed entry put right."""

    @asks(P.PREPARE)
    @blp.arguments(schemas.CorrectionIn)
    @blp.response(200, schemas.CorrectionOut)
    def post(self, data: dict[str, Any], gathering_id: int) -> Any:
        """更正几个人的到会情况，或撤回整次会议；24小时以后由另一位负责人处理"""
        return corrections.correct(
            gathering_id, data["member_ids"], data["outcome"], reason=data["reason"], by=current_actor()
        )


@blp.route("/attendees/<id:attendee_id>/confirm")
class OwnEnd(Resource):
    """How the confirmer of a meeting ended, confirmed by somebody else."""

    @asks(P.CONFIRM)
    @blp.response(204)
    def post(self, attendee_id: int) -> None:
        """确认会议确认人本人的到会情况"""
        gatherings.confirm_one(attendee_id, by=current_actor())


@blp.route("/rosters/<id:roster_id>/revoke")
class RosterUndo(Resource):
    """A list taken back within a day."""

    @asks(POINTS.ENTER_ROSTER)
    @blp.arguments(schemas.RosterUndoIn)
    @blp.response(200, schemas.RosterUndoneOut)
    @blp.alt_response(409, schema=None, description="not_revocable_list：不是登记人本人，或已过24小时")
    def post(self, data: dict[str, Any], roster_id: int) -> Any:
        """在24小时内撤回本人登记的名单，或其中几个人"""
        return {"member_ids": roster_undo.revoke(roster_id, data["member_ids"], by=current_actor())}


@blp.route("/rosters/<id:roster_id>/correct")
class RosterCorrection(Resource):
    """People taken off a list by another decider."""

    @asks(POINTS.ENTER_ROSTER)
    @blp.arguments(schemas.RosterUndoIn)
    @blp.response(201, schemas.CorrectionOut)
    def post(self, data: dict[str, Any], roster_id: int) -> Any:
        """提出更正：从名单里划去几个人，由另一位负责人处理"""
        return corrections.propose(roster_id, data["member_ids"] or (), by=current_actor())


@blp.route("/corrections/<id:correction_id>/decide")
class CorrectionDecision(Resource):
    """An answer to a proposed correction."""

    @asks(P.CONFIRM)
    @blp.arguments(schemas.YesOrNoIn)
    @blp.response(200, schemas.CorrectionOut)
    def post(self, data: dict[str, Any], correction_id: int) -> Any:
        """同意或不同意一件更正"""
        return corrections.decide(correction_id, **data, by=current_actor())


@blp.route("/absences")
class Absences(Resource):
    """One's own absences, or those that wait for one's answer."""

    @asks(P.SEE_ABSENCE)
    @blp.arguments(schemas.WaitingIn, location="query")
    @blp.response(200, schemas.MissedPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看本人的缺席记录，或等本人处理的缺席"""
        read = queries_asked.waiting_absences if data["waiting"] else queries_asked.own_absences
        rows = read(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)


@blp.route("/absences/<id:absence_id>/explain")
class Explanation(Resource):
    """What the person says."""

    @asks(P.EXPLAIN)
    @blp.arguments(schemas.ExplainIn)
    @blp.response(200, schemas.MissedOut)
    def post(self, data: dict[str, Any], absence_id: int) -> Any:
        """说明没有到会的情况；口头说明由支部代为登记"""
        return queries_asked.shown_absence(absences.explain(absence_id, data["words"], by=current_actor()).id)


@blp.route("/absences/<id:absence_id>/decide")
class AbsenceDecision(Resource):
    """An answer to an absence."""

    @asks(P.DECIDE_ABSENCE)
    @blp.arguments(schemas.AbsenceDecisionIn)
    @blp.response(200, schemas.MissedOut)
    @blp.alt_response(409, schema=None, description="too_early：3个工作日未满，不能确认缺席")
    def post(self, data: dict[str, Any], absence_id: int) -> Any:
        """处理一次缺席：确认、采纳说明或按请假处理"""
        done = absences.decide(absence_id, **data, by=current_actor())
        return queries_asked.shown_absence(done.id)


@blp.route("/leaves")
class Leaves(Resource):
    """One's own requests, or those that wait for one's answer."""

    @asks(P.SEE_LEAVE)
    @blp.arguments(schemas.WaitingIn, location="query")
    @blp.response(200, schemas.LeavePage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看本人的请假，或等本人批准的请假"""
        read = queries_asked.waiting_leaves if data["waiting"] else queries_asked.own_leaves
        rows = read(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.REQUEST)
    @blp.arguments(schemas.LeaveIn)
    @blp.response(201, schemas.LeaveOut)
    @blp.alt_response(409, schema=None, description="leave_already：这几天已请过假")
    def post(self, data: dict[str, Any]) -> Any:
        """请假，会前会后都可以"""
        return queries_asked.shown_leave(leaves.request(**data, by=current_actor()).id)


@blp.route("/leaves/<id:leave_id>/decide")
class LeaveDecision(Resource):
    """An answer to a request."""

    @asks(P.DECIDE_LEAVE)
    @blp.arguments(schemas.YesOrNoIn)
    @blp.response(200, schemas.LeaveOut)
    def post(self, data: dict[str, Any], leave_id: int) -> Any:
        """批准或不批准请假；事后批准的，已扣的分随即冲正"""
        done = leaves.decide(leave_id, grant=data["approve"], reason=data["reason"], by=current_actor())
        return queries_asked.shown_leave(done.id)


@blp.route("/leaves/<id:leave_id>/withdraw")
class LeaveWithdrawal(Resource):
    """A request taken back."""

    @asks(P.WITHDRAW)
    @blp.response(200, schemas.LeaveOut)
    def post(self, leave_id: int) -> Any:
        """在处理之前取消请假"""
        return queries_asked.shown_leave(leaves.withdraw(leave_id, by=current_actor()).id)
