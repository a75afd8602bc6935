"""Who can be played."""

import json
import os
import re

import pytest

from bot.simulator.people import STRANGERS, People, openid_for
from tests.simulator.kit import ACCOUNTS


def test_the_list_is_read_when_it_comes_and_when_it_changes(tmp_path):
    path = tmp_path / "accounts.json"
    people = People(path)
    assert people.members() == ()
    path.write_text("[{", encoding="utf-8")
    assert people.members() == ()
    path.write_text(json.dumps(ACCOUNTS), encoding="utf-8")
    assert [person.name for person in people.members()] == ["王建国", "李小红", "赵一凡"]
    path.write_text(json.dumps(ACCOUNTS[:1]), encoding="utf-8")
    os.utime(path, (1, 1))
    assert [person.key for person in people.members()] == ["J0001"]
    assert people.by_key("J0002") is None
    path.unlink()
    assert people.by_openid(ACCOUNTS[0]["openid"]).key == "J0001"


def test_nobody_but_strangers_without_a_list():
    assert People(None).members() == ()
    assert People(None).by_key("stranger-1") == STRANGERS[0]


def test_everybody_has_an_openid_of_the_platform_s_form(tmp_path):
    path = tmp_path / "accounts.json"
    path.write_text(
        json.dumps([*ACCOUNTS, {"number": 7, "name": "钱多", "role": ["branch_secretary", "auditor"]}])
    )
    people = (*People(path).members(), *STRANGERS)
    assert len({person.openid for person in people}) == len(people)
    assert all(re.fullmatch(r"[\w-]{28}", person.openid, re.ASCII) for person in people)
    assert openid_for("J0003") == openid_for("J0003")
    assert people[3].role == "支部书记、审计员"
    assert people[3].decides


@pytest.mark.parametrize(
    ("words", "names"),
    [
        pytest.param([], 3, id="all"),
        pytest.param(["财政"], 2, id="branch"),
        pytest.param(["财政", "书记"], 1, id="branch and role"),
        pytest.param(["j0003"], 1, id="number in any case"),
        pytest.param(["没有这个人"], 0, id="nobody"),
    ],
)
def test_searching(tmp_path, words, names):
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps(ACCOUNTS), encoding="utf-8")
    assert sum(person.matches(words) for person in People(path).members()) == names
