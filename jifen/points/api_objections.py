"""Objections and their answers over HTTP."""

from __future__ import annotations

from typing import Any

from jifen.decisions import objections, queries_objections
from jifen.decisions.policy_objections import P
from jifen.decisions.states_objections import ObjectionState
from jifen.points import answering, objecting, schemas_objections
from jifen.points.answering import Fresh
from jifen.points.objecting import Wish
from jifen.web.doors import asks, current_actor
from jifen.web.rest import Blueprint, Resource
from jifen.web.schemas import page

blp = Blueprint("objections", __name__, url_prefix="/api/v1", description="异议与复核")


def _shown(objection_id: int) -> queries_objections.Shown:
    return queries_objections.objection(objection_id, by=current_actor())


@blp.route("/objections")
class Objections(Resource):
    """Objections that the caller may see."""

    @asks(P.SEE)
    @blp.arguments(schemas_objections.ObjectionsIn, location="query")
    @blp.response(200, schemas_objections.ObjectionPage)
    def get(self, data: dict[str, Any]) -> dict[str, Any]:
        """查看异议，最近的在前"""
        rows = queries_objections.visible(by=current_actor(), **(data | {"limit": data["limit"] + 1}))
        return page(rows, data["limit"], lambda r: r.id)

    @asks(P.RAISE)
    @blp.arguments(schemas_objections.ObjectionIn)
    @blp.response(201, schemas_objections.ObjectionOut)
    @blp.alt_response(409, schema=None, description="objection_too_late：异议期已过；objection_open：已提过")
    def post(self, data: dict[str, Any]) -> Any:
        """提出异议，或代为登记书面、口头的异议"""
        return _shown(objecting.raise_(Wish(**data), by=current_actor()).id)


@blp.route("/objections/<id:objection_id>")
class One(Resource):
    """One objection."""

    @asks(P.SEE)
    @blp.response(200, schemas_objections.ObjectionOut)
    def get(self, objection_id: int) -> Any:
        """查看一件异议和答复"""
        return _shown(objection_id)


@blp.route("/objections/<id:objection_id>/answer")
class Answer(Resource):
    """The answer of somebody who did not decide the matter."""

    @asks(P.ANSWER)
    @blp.arguments(schemas_objections.AnswerIn)
    @blp.response(200, schemas_objections.ObjectionOut)
    @blp.alt_response(
        409, schema=None, description="answered：已有人答复；own_decision：本人确认的由别人复核"
    )
    def post(self, data: dict[str, Any], objection_id: int) -> Any:
        """答复异议，写明理由；需要时一并更正流水"""
        data["outcome"] = ObjectionState(data["outcome"])
        data["add"] = [Fresh(**one) for one in data["add"]]
        answering.answer(objection_id, **data, by=current_actor())
        return _shown(objection_id)


@blp.route("/objections/<id:objection_id>/withdraw")
class Withdrawal(Resource):
    """An objection taken back."""

    @asks(P.WITHDRAW)
    @blp.response(200, schemas_objections.ObjectionOut)
    def post(self, objection_id: int) -> Any:
        """在答复之前撤回异议"""
        objections.withdraw(objection_id, by=current_actor())
        return _shown(objection_id)
