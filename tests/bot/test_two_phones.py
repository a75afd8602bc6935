"""Two phones of one member at the same moment: one effect, and a conversation that goes on."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from bot import callback, conversations
from bot.talk.draft import Draft
from jifen.access import service as access
from jifen.core.actor import Actor, Door
from jifen.core.db import db
from tests import city
from tests.bot.phone import Phone


def at_once(app, *said: tuple[Phone, str]) -> list[str]:
    """Say several things at the same moment and return the answers."""
    answers: dict[int, str] = {}
    barrier = threading.Barrier(len(said))

    def run(n: int, phone: Phone, text: str) -> None:
        with app.app_context():
            barrier.wait()
            answers[n] = phone.say(text)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(n, *one)) for n, one in enumerate(said)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[n] for n in range(len(said))]


def test_answers_of_two_phones_at_once_leave_one_report(fresh_app):
    with fresh_app.app_context():
        town = city.build()
        config = callback.config_of_house()
        phones = [Phone(fresh_app.test_client(), config, "member") for _ in range(2)]
        code = access.issue_code(town.people["member"], by=town.actor("office"))
        city.bind(phones[0].openid, code, "陈国强")
        by = Actor(Door.WECHAT, town.people["member"])
        db.session.remove()
        for _ in range(4):
            phones[0].say("社区清扫2小时")
            at_once(fresh_app, (phones[0], "2"), (phones[1], "3"))
            seen = conversations.recall(by=by)
            assert seen.kind == "report"
            assert Draft.restored(seen.data).item == "D01"
            phones[1].say("取消")
        phones[0].say("昨天社区清扫2小时")
        answers = at_once(fresh_app, (phones[0], "1"), (phones[1], "1"))
        assert sum("已收到，编号1" in one for one in answers) == 1
        assert all(answers)
        db.session.rollback()
        assert db.session.scalar(sa.text("SELECT count(*) FROM report")) == 1
