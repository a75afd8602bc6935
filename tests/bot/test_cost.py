"""What a message costs: statements of the database, those of the driver counted too."""

from __future__ import annotations

import psycopg
import pytest

from bot.callback import config_of_house
from jifen.access import service as access
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
        pytest.param("我的积分", 2, id="points"),
        pytest.param("上报 志愿服务 昨天 2小时", 12, id="a report"),
        pytest.param("昨天社区清扫2小时", 9, id="a deed told"),
        pytest.param("今天天气不错", 8, id="nothing"),
    ],
)
def test_what_a_message_costs(member, statements, said, most):
    assert member.say(said)
    counted = [one for one in statements if "SAVEPOINT" not in one]
    assert len(counted) <= most, "\n".join(counted)
