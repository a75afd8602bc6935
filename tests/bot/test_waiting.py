"""Somebody else holds what a message needs: who wrote is told, and the next try starts anew."""

from __future__ import annotations

import sqlalchemy as sa

from bot import callback, replies
from jifen.access import service as access
from jifen.core.db import db
from tests import city
from tests.bot.phone import Phone


def test_who_waits_in_vain_for_somebody_elses_work_is_told(fresh_app, monkeypatch):
    monkeypatch.setattr(callback, "WAIT_FOR_FIRST", "50ms")
    with fresh_app.app_context():
        town = city.build()
        member = Phone(fresh_app.test_client(), callback.config_of_house(), "member")
        code = access.issue_code(town.people["member"], by=town.actor("office"))
        city.bind(member.openid, code, "陈国强")
        assert "编号1" in member.say("上报 志愿服务 昨天 2小时")
        db.session.remove()
        with db.engine.connect() as other, other.begin():
            other.execute(sa.text("SELECT last FROM branch_counter FOR UPDATE"))
            assert member.say("上报 志愿服务 前天 2小时", msg_id="77") == replies.BUSY
        assert "编号2" in member.say("上报 志愿服务 前天 2小时", msg_id="77")
