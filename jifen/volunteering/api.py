"""Hours over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.volunteering import deciding, errors, late, queries_desk, rules, schemas
from jifen.volunteering.deciding import Which
from jifen.volunteering.late import Late
from jifen.volunteering.policy import P
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import Int, PageIn, page

blp = Blueprint("volunteer_hours", __name__, url_prefix="/api/v1", description="志愿服务时长")


def _span(since: Any, until: Any) -> rules.Span | None:
    if (since is None) != (until is None):
        raise errors.HalfATime
    return None if since is None else (since, until)


@blp.route("/members/<id:member_id>/hours")
class AccountOfMember(Resource):
    """A member's hours."""

    @asks(P.SEE)
    @blp.response(200, schemas.HoursAccountOut)
    def get(self, member_id: int) -> Any:
        """查看一位党员的志愿时长和星级"""
        return queries_desk.account(member_id, by=current_actor())


@blp.route("/members/<id:member_id>/service-records")
class Records(Resource):
    """A member's records."""

    @asks(P.SEE)
    @blp.arguments(PageIn, location="query")
    @blp.response(200, schemas.RecordPage)
    def get(self, data: dict[str, Any], member_id: int) -> Any:
        """查看一位党员的服务记录，新的在前"""
        rows = queries_desk.records(
            member_id, by=current_actor(), after=data["after"], limit=data["limit"] + 1
        )
        return page(rows, data["limit"], lambda r: r.id)


class UnitHoursIn(PageIn):
    """A page, of one year if named."""

    year = Int(load_default=None, least=2000, most=2999)


@blp.route("/units/<id:unit_id>/hours")
class OfUnit(Resource):
    """A unit's people with their hours."""

    @asks(P.LIST)
    @blp.arguments(UnitHoursIn, location="query")
    @blp.response(200, schemas.HeldPage)
    def get(self, data: dict[str, Any], unit_id: int) -> Any:
        """查看一个组织的党员的志愿时长，按编号排列"""
        rows = queries_desk.of_unit(
            unit_id, year=data["year"], by=current_actor(), after=data["after"], limit=data["limit"] + 1
        )
        return page(rows, data["limit"], lambda r: r.member_id)


@blp.route("/late-entries")
class LateEntries(Resource):
    """Rosters written down afterwards."""

    @asks(P.ENTER)
    @blp.arguments(schemas.LateIn)
    @blp.response(201, schemas.LateOut)
    def post(self, data: dict[str, Any]) -> Any:
        """补录一次活动的名单：由另一位负责人审核后计入"""
        people = {p["member_id"]: _span(p["started_at"], p["ended_at"]) for p in data.pop("people")}
        window = (data.pop("window_start"), data.pop("window_end"))
        return late.propose(Late(**data, window=window, people=people), by=current_actor())


@blp.route("/late-entries/<id:late_id>/decide")
class LateDecision(Resource):
    """A second person's answer."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.HoursAnswerIn)
    @blp.response(200, schemas.LateOut)
    def post(self, data: dict[str, Any], late_id: int) -> Any:
        """审核别人补录的名单"""
        late.decide(late_id, **data, by=current_actor())
        return {"id": late_id, "state": "approved" if data["approve"] else "refused"}


@blp.route("/late-entries/<id:late_id>/withdraw")
class LateWithdrawal(Resource):
    """One's own roster, taken back."""

    @asks(P.ENTER)
    @blp.response(200, schemas.LateOut)
    def post(self, late_id: int) -> Any:
        """撤回自己提交、还没有审核的补录名单"""
        return late.withdraw(late_id, by=current_actor())


@blp.route("/service-records/<id:record_id>/corrections")
class Corrections(Resource):
    """A record to be put right."""

    @asks(P.CORRECT)
    @blp.arguments(schemas.ServiceAmendIn)
    @blp.response(201, schemas.ServiceAmendOut)
    def post(self, data: dict[str, Any], record_id: int) -> Any:
        """申请更正一条服务记录；不写时间为整条撤销"""
        span = _span(data["started_at"], data["ended_at"])
        return deciding.propose(record_id, span, data["reason"], by=current_actor())


@blp.route("/service-corrections/<id:amend_id>/decide")
class CorrectionDecision(Resource):
    """Somebody else's answer to a correction."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.HoursAnswerIn)
    @blp.response(200, schemas.ServiceAmendOut)
    def post(self, data: dict[str, Any], amend_id: int) -> Any:
        """处理一件更正申请"""
        return deciding.decide_amend(amend_id, **data, by=current_actor())


@blp.route("/service-records/<id:record_id>/long-day")
class LongDay(Resource):
    """So long a day."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.HoursAnswerIn)
    @blp.response(204)
    def post(self, data: dict[str, Any], record_id: int) -> None:
        """审核一天超过8小时的服务记录；不同意的按8小时（或12小时）计"""
        deciding.decide_long_day(record_id, **data, by=current_actor())


@blp.route("/service-records/<id:record_id>/clash")
class Clash(Resource):
    """The same time twice."""

    @asks(P.DECIDE)
    @blp.arguments(schemas.ClashWhichIn)
    @blp.response(204)
    def post(self, data: dict[str, Any], record_id: int) -> None:
        """时间重叠的两条记录，以哪条为准"""
        deciding.decide_clash(record_id, Which(data["which"]), by=current_actor())


@blp.route("/hours/waiting")
class Waiting(Resource):
    """What waits."""

    @asks(P.DECIDE)
    @blp.response(200, schemas.HoursWaitingOut)
    def get(self) -> Any:
        """查看等待本人处理的补录、超长服务、时间重叠和更正"""
        return queries_desk.waiting(by=current_actor())
