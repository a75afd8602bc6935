"""The policy lint over a rulebook: what lines declare, say, and amount to (C37, C41)."""

from __future__ import annotations

import pytest

from jifen.rulebook.item_loader import TOUCHES
from jifen.rulebook.lint_table import APPS, BURDEN, FINGERTIP, PUBLISHED, SENSITIVE, VOLUNTEERS
from tests.rulebook.sound import book, findings, item, told

ONE = 'points = "1"'
LOSES = 'points = "-3"'
EVIDENCE = 'evidence = {{ kinds = [{}], basis = "{}" }}\npoints = "1"'
ASKS = EVIDENCE.format('"证书"', "第十条第一项")
DECIDED = 'risk_decision = { document = "×委〔2025〕1号", on = 2025-12-01, by = "机关党委" }'
OFF = 'off = "国办函〔2026〕12号：不得以此作为考核依据"'
#: What the schemes that offices really kept would be told today.
FOUND = [
    (
        "S7 platform app not installed",
        item(LOSES, name='"未安装平台APP"'),
        "followers_install",
        "forbidden",
        FINGERTIP,
    ),
    ("S11 platform points", item(ONE, name='"学习强国每500分折1分"'), "platform_points", "forbidden", APPS),
    (
        "S7 volunteering not joined",
        item(LOSES, name='"不参加志愿服务活动"'),
        "volunteer_penalty",
        "risky",
        VOLUNTEERS,
    ),
    (
        "S12 absence from called service",
        item('points = "-2"', name='"公益活动缺席"'),
        "volunteer_penalty",
        "risky",
        VOLUNTEERS,
    ),
    ("苍南 donation", item(ONE, name='"捐款每100元"'), "donation", "risky", None),
    ("R25 family planning", item(ONE, name='"违反计划生育"'), "family_planning", "risky", None),
    ("漯河 redemption", item(LOSES, name='"兑换金卡"'), "redemption", "risky", None),
    ("S20 yellow list", item(ONE, clause='"第六条：列入黄榜"'), "red_yellow_list", "risky", PUBLISHED),
    (
        "likes in a synonym",
        item('words = ["主题党日", "点赞"]\npoints = "1"'),
        "likes_forwards",
        "forbidden",
        FINGERTIP,
    ),
    ("time as unit", item('unit = "在线时长"\npoints = "1"'), "online_time", "forbidden", APPS),
    (
        "a level by log-ins",
        item('takes = "each"\nlevels = [{ name = "登录率90%", points = "1" }]'),
        "app_login",
        "forbidden",
        APPS,
    ),
    (
        "C37 inactivity",
        item('inactivity = { days = 90, points = "-1", watch = ["A02"] }'),
        "inactivity",
        "risky",
        FINGERTIP,
    ),
    ("no basis", item(ONE, basis=None), "no_basis", "risky", BURDEN),
    ("a basis in name only", item(ONE, basis='"待补"'), "no_basis", "risky", BURDEN),
    ("evidence in name only", item(EVIDENCE.format('"证书"', "无")), "evidence_no_basis", "risky", BURDEN),
    ("photos as evidence", item(EVIDENCE.format('"活动照片"', "第十条")), "picture_evidence", "risky", APPS),
    (
        "photos by the switch",
        item('evidence = { kinds = ["证书"], photos = true, basis = "第十条" }\npoints = "1"'),
        "picture_evidence",
        "risky",
        APPS,
    ),
    (
        "tracks as evidence",
        item(EVIDENCE.format('"运动轨迹"', "第十条")),
        "location",
        "forbidden",
        f"{APPS}；{SENSITIVE}",
    ),
    ("health as evidence", item(EVIDENCE.format('"病历"', "第十条")), "health_details", "risky", SENSITIVE),
]
PLAIN = [
    item(ONE, name='"参加志愿服务"'),
    item(ONE, name='"参加集中学习"'),
    item(ONE, name='"会议签到（以名册为准）"', feeders='["roster"]'),
    item(ONE, name='"在学习强国平台发表文章"'),
    item(ONE, name='"党性体检"'),
    item('inactivity = { days = 90, points = "1", watch = ["A02"] }'),
    item(ASKS),
]
OTHER = item(code="A02", name='"听党课"')


@pytest.mark.parametrize(
    ("text", "code", "severity", "clause"), [pytest.param(*row[1:], id=row[0]) for row in FOUND]
)
def test_c41_a_line_is_judged_with_its_provision(text, code, severity, clause):
    (found,) = findings(book(text, OTHER))
    assert (found.code, found.severity) == (code, severity)
    assert clause is None or found.clause == clause


@pytest.mark.parametrize("text", [pytest.param(text, id=text.splitlines()[2]) for text in PLAIN])
def test_ordinary_lines_are_left_alone(text):
    assert told(book(text, OTHER)) == []


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"name": '"打卡"'}, "name"),
        ({"clause": '"第三条：每日打卡"'}, "clause"),
        ({"body": 'unit = "次打卡"\npoints = "1"'}, "unit"),
        ({"body": 'words = [\n  "主题党日",\n  "打卡",\n]\npoints = "1"'}, '  "打卡"'),
        ({"body": 'points = "1"\ntouches = ["check_in"]', "feeders": '["activity"]'}, "touches"),
    ],
    ids=["name", "clause", "unit", "words", "touches"],
)
def test_the_line_is_the_one_that_says_it(keys, line):
    text = book(item(**keys))
    ((at, code, severity),) = told(text)
    assert (code, severity) == ("check_in", "forbidden")
    assert text.splitlines()[at - 1].startswith(line)


#: touch -> (by activity alone, by roster, by roster with a deduction)
TOUCHED = {
    "app_use": ("forbidden", "forbidden", "forbidden"),
    "check_in": ("forbidden", None, None),
    "online_time": ("forbidden", "forbidden", "forbidden"),
    "likes_forwards": ("forbidden", "forbidden", "forbidden"),
    "answering_speed": ("risky", "risky", "risky"),
    "location": ("forbidden", "risky", "risky"),
    "photo": ("forbidden", "forbidden", "forbidden"),
    "video": ("forbidden", "forbidden", "forbidden"),
    "volunteering": (None, None, "risky"),
    "donation": ("risky", "risky", "risky"),
    "personal_data": ("risky", "risky", "risky"),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_c41_what_a_line_declares_is_judged(touch):
    texts = [
        item(f'points = "1"\ntouches = ["{touch}"]', feeders='["activity"]'),
        item(f'points = "1"\ntouches = ["{touch}"]', feeders='["activity", "roster"]'),
        item(f'points = "-1"\ntouches = ["{touch}"]', feeders='["activity", "roster"]'),
    ]
    for text, severity in zip(texts, TOUCHED[touch], strict=True):
        assert [weight for *_, weight in told(book(text))] == ([severity] if severity else [])


def test_pictures_that_a_provision_asks_for_are_risky_not_forbidden():
    text = item('evidence = { kinds = ["证书"], basis = "第十条" }\ntouches = ["photo"]\npoints = "1"')
    assert [(code, weight) for _, code, weight in told(book(text))] == [("picture_evidence", "risky")]


def test_a_line_that_is_off_is_not_judged():
    text = item(f'{OFF}\npoints = "1"\ntouches = ["app_use"]', name='"每日登录打卡"', basis=None)
    assert told(book(item(), text.replace("A01", "A02"))) == []


def test_a_recorded_decision_lifts_what_is_risky():
    (found,) = findings(book(item(f"{DECIDED}\n{LOSES}", name='"不参加志愿服务活动"')))
    assert (found.code, found.severity) == ("volunteer_penalty", "warning")
    assert "×委〔2025〕1号" in found.message


def test_c41_no_decision_lifts_what_is_forbidden():
    (found,) = findings(book(item(f'{DECIDED}\npoints = "1"', name='"每日打卡"')))
    assert (found.code, found.severity) == ("check_in", "forbidden")


def test_one_line_saying_it_thrice_is_told_once():
    text = item(
        'words = ["打卡"]\ntouches = ["check_in"]\npoints = "1"', name='"每日打卡"', feeders='["activity"]'
    )
    assert len(findings(book(text))) == 1


@pytest.mark.parametrize(
    ("asking", "plain", "expected"),
    [
        pytest.param(3, 2, [("evidence_everywhere", "risky")], id="most of the lines"),
        pytest.param(3, 3, [], id="half of them"),
        pytest.param(2, 0, [], id="two lines are no habit"),
    ],
)
def test_material_for_everything(asking, plain, expected):
    rows = [item(ASKS, code=f"A{n}", name=f'"事项{n}"') for n in range(asking)]
    rows += [item(code=f"B{n}", name=f'"事项乙{n}"') for n in range(plain)]
    assert [(code, weight) for _, code, weight in told(book(*rows))] == expected


@pytest.mark.parametrize(
    ("tail", "code", "line"),
    [
        pytest.param(
            '[publicity]\nscope = "department"\ncycle = "year"\nworking_days = 5\nitems = "after"\n',
            "wide_publicity",
            'scope = "department"',
            id="publicity beyond the branch",
        ),
        pytest.param(
            '[[line]]\ncode = "L"\nname = "末位约谈"\nbelow = "60"\naction = "talk"\nclause = "x"\n',
            "public_ranking",
            'name = "末位约谈"',
            id="a procedure for the last",
        ),
        pytest.param(
            '[[grade]]\nname = "红榜"\nat_least = "60"\n[[grade]]\nname = "其他"\nat_least = "none"\n',
            "red_yellow_list",
            'name = "红榜"',
            id="lists as grades",
        ),
    ],
)
def test_the_scheme_around_the_lines(tail, code, line):
    text = book(item(), tail)
    ((at, found, severity),) = told(text)
    assert (found, severity) == (code, "risky")
    assert text.splitlines()[at - 1] == line


def test_cards_for_units_are_no_labels_on_people():
    tail = '[[grade]]\nname = "亮红牌"\nat_least = "none"\n'
    unit = {"subject": '"department"', "in_force": '["department"]', "tracked": "[]", "left_out": "[]"}
    assert told(book(item(), tail, **unit)) == []
    assert [code for _, code, _ in told(book(item(), tail))] == ["red_yellow_list"]


def test_the_name_of_a_scheme_is_read_too():
    text = book(name='"党员打卡积分办法"')
    assert [(text.splitlines()[at - 1], code) for at, code, _ in told(text)] == [
        ('name = "党员打卡积分办法"', "check_in")
    ]
