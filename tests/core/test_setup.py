"""``flask setup`` makes an empty database an installation in which the first people sign in."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from jifen.access import queries as access
from jifen.core.actor import Door, Role
from jifen.core.db import db as database
from jifen.members.queries import member_by_number
from jifen.rulebook import queries as rulebooks
from tests.console.walker import Walker

PASSWORD = "梅花香自苦寒来2026"
NAMES = ["--committee", "市直机关工委", "--admin", "江工", "--leader", "高主任", "--office", "何办"]


def run(app, *args: str, given: str = ""):
    return app.test_cli_runner().invoke(args=["setup", *args], input=given)


def test_the_first_people_sign_in(fresh_app):
    done = run(fresh_app, *NAMES, "--format", "json")
    assert done.exit_code == 0, done.output
    begun = json.loads(done.output)
    assert [one["role"] for one in begun] == [Role.IT, Role.WC_LEADER, Role.WC_OFFICE]
    for one in begun:
        walker = Walker(fresh_app).open("/console/start").fill("编号", one["number"])
        walker.fill("登录码", one["code"]).fill("新密码", PASSWORD).fill("再输一次新密码", PASSWORD)
        walker.press("下一步")
        assert "您的岗位须用手机验证码" in walker.text
    with fresh_app.app_context():
        actor = access.actor_of(member_by_number(begun[1]["number"]).id, Door.CONSOLE)
        assert [h.path for h in actor.holdings] == ["/1/"]
        assert [v.activated_at is not None for v in rulebooks.versions()] == [True]
        assert [a.unit_name for a in rulebooks.assigned()] == ["市直机关工委"]
        database.session.remove()

    again = run(fresh_app, *NAMES)
    assert again.exit_code == 1
    assert "只用于空的数据库" in again.output


def test_by_hand_it_asks_and_says_what_comes_next(fresh_app):
    done = run(fresh_app, given="\n江工\n高主任\n何办\n\n\n")
    assert done.exit_code == 0, done.output
    assert "系统管理员  江工  编号 0000001" in done.output
    assert "/console/start" in done.output


@pytest.mark.parametrize("text", ["[rulebook", ""], ids=["no TOML", "nothing"])
def test_a_faulty_rulebook_leaves_nothing_behind(fresh_app, tmp_path, text):
    file = tmp_path / "book.toml"
    file.write_text(text, encoding="utf-8")
    done = run(fresh_app, *NAMES, "--rulebook", str(file))
    assert done.exit_code == 1, done.output
    with fresh_app.app_context():
        assert database.session.scalar(sa.text("SELECT count(*) FROM unit")) == 0
        database.session.remove()
    assert run(fresh_app, *NAMES).exit_code == 0


def test_what_is_no_text_is_refused(fresh_app, tmp_path):
    file = tmp_path / "book.toml"
    file.write_bytes(b"\xff\xfe\x00")
    done = run(fresh_app, *NAMES, "--rulebook", str(file))
    assert done.exit_code == 1
    assert "UTF-8" in done.output
