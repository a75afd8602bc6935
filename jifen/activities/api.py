"""Activities, sign-up, check-in and closing over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.activities import (
    checking_in,
    closing,
    fencing,
    planning,
    queries,
    queries_checking,
    queries_due,
    schemas,
    signing_up,
)
from jifen.activities.closing import End
from jifen.activities.kinds import load
from jifen.activities.planning import Fence, Need, Rule
from jifen.activities.policy import P
from jifen.activities.states import Purpose
from jifen.core import clock
from jifen.core.errors import Invalid
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page, page_of

blp = Blueprint("activities_api", __name__, url_prefix="/api/v1", description="活动、报名与签到")


@blp.route("/activities")
class Activities(Resource):
    """Activities that one may join, joined, or runs."""

    @asks(P.SEE)
    @blp.arguments(schemas.ActivitiesIn, location="query")
    @blp.response(200, page_of(schemas.ActivityOut))
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看可参加的、本人的或本人负责的活动"""
        read = {"coming": queries.coming, "mine": queries.mine, "run": queries.run}[data["which"]]
        rows = read(by=current_actor(), after=data["after"], limit=data["limit"] + 1)
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.PLAN)
    @blp.arguments(schemas.ActivityNeedIn)
    @blp.response(201, schemas.ActivityOut)
    def post(self, data: dict[str, Any]) -> Any:
        """发布活动；会议的应到人员随即收到通知"""
        by = current_actor()
        fence = Fence(**data["fence"]) if data["fence"] else None
        made = planning.plan(Need(**{**data, "gates": tuple(data["gates"]), "fence": fence}), by=by)
        return queries.shown(made.id, by=by)


@blp.route("/activities/kinds")
class Kinds(Resource):
    """What may be planned."""

    @asks(P.SEE)
    @blp.response(200, schemas.ActivityKindsOut)
    def get(self) -> Any:
        """查看活动的种类和报名条件"""
        plan = load()
        return {"items": list(plan.kinds.values()), "gates": list(plan.gates.values())}


@blp.route("/activities/series")
class Series(Resource):
    """Activities that come again."""

    @asks(P.PLAN)
    @blp.arguments(schemas.ActivitySeriesIn)
    @blp.response(201, schemas.ActivitySeriesOut)
    def post(self, data: dict[str, Any]) -> Any:
        """发布系列活动，例如每月第一个周五"""
        when = {"every_months", "nth", "weekday", "start_minute", "minutes", "since", "until"}
        now = clock.now()
        need = Need(**{k: v for k, v in data.items() if k not in when}, starts_at=now, ends_at=now)
        return planning.repeat(need, Rule(**{k: v for k, v in data.items() if k in when}), by=current_actor())


@blp.route("/activities/series/<id:series_id>/end")
class SeriesEnd(Resource):
    """The end of a series."""

    @asks(P.PLAN)
    @blp.response(200, schemas.ActivitySeriesOut)
    def post(self, series_id: int) -> Any:
        """让系列活动到此为止；已列出的各次不受影响"""
        return planning.end_series(series_id, by=current_actor())


@blp.route("/activities/<id:activity_id>")
class One(Resource):
    """One activity."""

    @asks(P.SEE)
    @blp.response(200, schemas.ActivityOut)
    def get(self, activity_id: int) -> Any:
        """查看一个活动"""
        return queries.shown(activity_id, by=current_actor())


@blp.route("/activities/<id:activity_id>/move")
class Move(Resource):
    """Another time."""

    @asks(P.RUN)
    @blp.arguments(schemas.ActivityMoveIn)
    @blp.response(200, schemas.ActivityOut)
    def post(self, data: dict[str, Any], activity_id: int) -> Any:
        """改期，通知每一位报名的和应到的同志"""
        by = current_actor()
        return queries.shown(planning.move(activity_id, **data, by=by).id, by=by)


@blp.route("/activities/<id:activity_id>/cancel")
class Cancel(Resource):
    """No activity after all."""

    @asks(P.RUN)
    @blp.response(200, schemas.ActivityOut)
    def post(self, activity_id: int) -> Any:
        """取消活动，通知每一位报名的和应到的同志"""
        by = current_actor()
        return queries.shown(planning.cancel(activity_id, by=by).id, by=by)


@blp.route("/activities/<id:activity_id>/capacity")
class Capacity(Resource):
    """More or fewer places."""

    @asks(P.RUN)
    @blp.arguments(schemas.ActivityCapacityIn)
    @blp.response(200, schemas.ActivityOut)
    def post(self, data: dict[str, Any], activity_id: int) -> Any:
        """调整名额；增加的名额由候补依次递补"""
        by = current_actor()
        return queries.shown(signing_up.widen(activity_id, data["capacity"], by=by).id, by=by)


@blp.route("/activities/<id:activity_id>/fence")
class FenceOf(Resource):
    """Where it is held."""

    @asks(P.RUN)
    @blp.arguments(schemas.ActivityFenceIn)
    @blp.response(200, schemas.ActivityOut)
    def post(self, data: dict[str, Any], activity_id: int) -> Any:
        """设置或取消现场范围；签到时手机只说在不在，不上传位置"""
        by = current_actor()
        there = Fence(**data["fence"]) if data["fence"] else None
        return queries.shown(fencing.fence(activity_id, there, by=by).id, by=by)


@blp.route("/activities/<id:activity_id>/stop")
class Stop(Resource):
    """The end of sign-up."""

    @asks(P.RUN)
    @blp.response(200, schemas.ActivityOut)
    def post(self, activity_id: int) -> Any:
        """截止报名；已报名的和候补的不受影响"""
        by = current_actor()
        return queries.shown(signing_up.stop(activity_id, by=by).id, by=by)


@blp.route("/activities/<id:activity_id>/sign-up")
class SignUp(Resource):
    """One's own sign-up."""

    @asks(P.JOIN)
    @blp.response(200, schemas.SignedUpOut)
    @blp.alt_response(409, schema=None, description="clash：与已报名的活动时间冲突")
    def post(self, activity_id: int) -> Any:
        """报名；名额已满则进入候补"""
        return signing_up.join(activity_id, by=current_actor())


@blp.route("/activities/<id:activity_id>/withdraw")
class Withdraw(Resource):
    """One's sign-up taken back."""

    @asks(P.JOIN)
    @blp.response(200, schemas.SignedUpOut)
    def post(self, activity_id: int) -> Any:
        """取消报名，候补的第一位随即递补"""
        return signing_up.leave(activity_id, by=current_actor())


@blp.route("/activities/<id:activity_id>/code")
class Code(Resource):
    """What the organiser shows."""

    @asks(P.RUN)
    @blp.arguments(schemas.CheckIn(only=("purpose",)), location="query")
    @blp.response(200, schemas.CheckInCodeOut)
    def get(self, data: dict[str, Any], activity_id: int) -> Any:
        """查看现在的签到二维码内容和6位口令"""
        return queries_checking.code(queries.shown(activity_id, P.RUN, by=current_actor()), data["purpose"])


@blp.route("/activities/check-in")
class SelfCheck(Resource):
    """A check-in or check-out of oneself."""

    @asks(P.CHECK)
    @blp.arguments(schemas.CheckIn)
    @blp.response(200, schemas.CheckedOut)
    @blp.alt_response(
        409, schema=None, description="stale_code：码已失效；not_open_yet、over：不在签到时间内"
    )
    def post(self, data: dict[str, Any]) -> Any:
        """本人签到或签退；重复提交只记一次"""
        by = current_actor()
        if data["scan"]:
            return checking_in.by_scan(data["scan"], inside=data["inside"], by=by)
        if data["digits"]:
            return checking_in.by_digits(data["digits"], Purpose(data["purpose"]), by=by)
        raise Invalid(reason="请给出扫到的内容或6位口令。")


@blp.route("/activities/<id:activity_id>/presences")
class Presences(Resource):
    """Everybody on the organiser's list."""

    @asks(P.RUN)
    @blp.response(200, schemas.ParticipantsOut)
    def get(self, activity_id: int) -> Any:
        """查看名单：应到、报名、候补、签到签退"""
        return {"items": queries_checking.people(queries.shown(activity_id, P.RUN, by=current_actor()))}

    @asks(P.RUN)
    @blp.arguments(schemas.ActivityTapIn)
    @blp.response(200, schemas.CheckedOut(many=True))
    def post(self, data: dict[str, Any], activity_id: int) -> Any:
        """组织者代为登记签到或签退，与扫码同等有效"""
        return checking_in.by_organiser(
            activity_id, data["member_ids"], data["purpose"], at=data["at"], by=current_actor()
        )


@blp.route("/activities/<id:activity_id>/close")
class Close(Resource):
    """How everybody ended, confirmed once."""

    @asks(P.RUN)
    @blp.arguments(schemas.ActivityCloseIn)
    @blp.response(200, schemas.ActivityClosedOut)
    @blp.alt_response(
        409, schema=None, description="not_now：已办结或已取消；gathering_entered：考勤里已登记过"
    )
    def post(self, data: dict[str, Any], activity_id: int) -> Any:
        """办结：确认每个人的到会情况，计分和志愿时长随之登记"""
        return closing.close(activity_id, _ends(data["ends"]), by=current_actor())


@blp.route("/activities/<id:activity_id>/confirm")
class ConfirmOne(Resource):
    """How somebody ended whom the closing left open."""

    @asks(P.RUN)
    @blp.arguments(schemas.ActivityEndIn)
    @blp.response(200, schemas.ActivityClosedOut)
    def post(self, data: dict[str, Any], activity_id: int) -> Any:
        """确认没有签退的人，或由另一位组织者确认办结人本人"""
        ((member_id, end),) = _ends([data]).items()
        return closing.confirm_one(activity_id, member_id, end, by=current_actor())


@blp.route("/activities/<id:activity_id>/minutes")
class Minutes(Resource):
    """The minutes."""

    @asks(P.SEE)
    @blp.response(200, schemas.ActivityMinutesOut)
    def get(self, activity_id: int) -> Any:
        """查看会议记录、活动记录"""
        return queries.shown(activity_id, by=current_actor())

    @asks(P.RUN)
    @blp.arguments(schemas.ActivityMinutesIn)
    @blp.response(200, schemas.ActivityMinutesOut)
    def post(self, data: dict[str, Any], activity_id: int) -> Any:
        """登记会议记录、活动记录"""
        return planning.write_minutes(activity_id, data["words"], by=current_actor())


@blp.route("/branches/<id:branch_id>/due")
class Due(Resource):
    """What the regulations still expect of a branch."""

    @asks(P.SEE)
    @blp.arguments(schemas.BranchDueIn, location="query")
    @blp.response(200, schemas.BranchDueListOut)
    def get(self, data: dict[str, Any], branch_id: int) -> Any:
        """查看支部本月、本季度、本年还差什么"""
        return {"items": queries_due.still_due(branch_id, data["day"] or clock.today(), by=current_actor())}


@blp.route("/me/class-hours")
class ClassHours(Resource):
    """One's own class-hours."""

    @asks(P.JOIN)
    @blp.arguments(schemas.ClassHoursIn, location="query")
    @blp.response(200, schemas.ClassHoursOut)
    def get(self, data: dict[str, Any]) -> Any:
        """查看本人一年的培训学时"""
        return queries_due.own_class_hours(data["year"] or clock.today().year, by=current_actor())


def _ends(rows: list[dict[str, Any]]) -> dict[int, End]:
    return {r["member_id"]: End(r["outcome"], r["reason"], r["in_at"], r["out_at"]) for r in rows}
