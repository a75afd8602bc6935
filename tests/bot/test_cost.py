"""What a message costs: statements of the database, those of the driver counted too."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

from bot import callback
from bot.callback import config_of_house
from jifen.access import service as access
from jifen.access.service import openid_digest
from jifen.points import queries
from tests import city
from tests.bot.phone import Phone


@pytest.fixture
def statements(monkeypatch):
    """Return the list into which every statement goes, whoever sends it."""
    seen: list[str] = []
    execute = psycopg.Cursor.execute

    def noted(self, query, *args, **kwargs):
        seen.append(str(query))
        return execute(self, query, *args, **kwargs)

    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    return seen


@pytest.fixture
def member(db, client, app):
    town = city.build()
    phone = Phone(client, config_of_house(), "member")
    city.bind(phone.openid, access.issue_code(town.people["member"], by=city.BY), city.NAMES["member"])
    for said in ("我的积分", "上报 志愿服务 前天 2小时", "昨天社区清扫2小时", "取消"):
        phone.say(said)  # what is kept for all is loaded
    return phone


@pytest.mark.parametrize(
    ("said", "most"),
    [
        pytest.param("我的积分", 1, id="points"),
        pytest.param("排名", 2, id="place"),
        pytest.param("上报 志愿服务 昨天 2小时", 7, id="a report"),
        pytest.param("昨天社区清扫2小时", 9, id="a deed told"),
        pytest.param("今天天气不错", 8, id="nothing"),
    ],
)
def test_what_a_message_costs(member, statements, said, most):
    assert member.say(said)
    counted = [one for one in statements if "SAVEPOINT" not in one]
    assert len(counted) <= most, "\n".join(counted)


def test_the_quick_answer_is_the_usual_one(member, monkeypatch):
    quick = member.say("我的积分")
    monkeypatch.setattr(callback, "at_once", {})
    assert quick == member.say("我的积分")
    assert "年积分：60分" in quick


def test_who_is_not_agreed_or_not_bound_gets_no_quick_answer(member, db):
    digest = openid_digest(member.openid)
    assert queries.points_behind(digest) is not None
    assert queries.points_behind("0" * 64) is None
    db.session.execute(sa.text("UPDATE consent SET withdrawn_at = now()"))
    assert queries.points_behind(digest) is None
