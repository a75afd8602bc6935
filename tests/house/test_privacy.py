"""Lists leave by one door, nobody is watched from above, and who may see is told to whom he sees."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from jifen.core.actor import permissions
from jifen.privacy.visibility import SHOWS
from tests.house import tree

#: Empty sheets to fill in hold nobody's figures; the roster with numbers is marked by ``members/exports.py``.
WRITERS = {
    Path("jifen/documents/xlsx.py"),
    Path("jifen/members/roster/sheets.py"),
    Path("jifen/points/intake/sheets.py"),
}
#: Permissions to look that are not about one person's matters, or that only he himself has.
NOT_ABOUT_ONE = {
    "activity.see",  # who came is shown to those who run it: activity.run
    "jobs.see",
    "web.metrics",
    "unit.see",
    "rulebook.see",
    "notice.own",
    "notice.run",  # counts of messages; no names
    "appraisal.own",
    "hours.own",
    "model_post.own",
    "appraisal.compare",
    "appraisal.export",  # the list that appraisal.see tells of
    "ranking.units",
    "points.dry_run",
    "sample.see",  # counts of organisations and items; who looks at one deed is told of by sample.look
    "burden.see",  # counts of units; his own counts are his alone
    "burden.hear",  # whoever presses the button is told where his words go
}
#: Words of figures by which somebody could be shamed: bound, following, logged in, quick or slow to answer.
FIGURES = re.compile(
    r"\b(?:bound|binding|unbound|follow(?:s|ing|ers?)|subscribed|last_login|last_seen|seen_at|logged_in|login_count"
    r"|online|active_days|answer(?:ing)?_(?:speed|time|seconds|minutes)|read_at|opened_at)\b"
)
CHINESE = re.compile(
    r"(?:绑定|关注|登录|活跃|打开|安装|使用)(?:率|人数|比例|排名|次数|天数)"
    r"|(?:未|没有)绑定.{0,6}(?:人|名单)|最近登录"
)
#: Who reads these figures: the person himself, an operator of the demo, the machine's own log.
OWN = {
    "MeOut.bound",  # /me: whether he himself is bound
    "SessionOut.seen_at",  # his own sign-ins, so that he ends a strange one
}


def calls(name: str) -> list[str]:
    return [
        f"{file}:{node.lineno}"
        for file in tree.product()
        for node in ast.walk(tree.tree(file))
        if isinstance(node, ast.Call) and tree.dotted(node.func) == name
    ]


def test_sheets_are_written_by_one_function():
    assert [one.split(":")[0] for one in calls("xlsx.write")] == ["jifen/members/exports.py"]
    direct = {file for file in tree.product() if any(m == "xlsxwriter" for _, m in tree.imports(file))}
    assert direct <= WRITERS


def test_whoever_may_look_at_a_person_is_told_to_him():
    looks = {
        p for p, scope in permissions().items() if scope.endswith((":read", ":export")) or p.endswith(".see")
    }
    told = {str(p) for p in SHOWS}
    assert looks - told - NOT_ABOUT_ONE == set()
    assert NOT_ABOUT_ONE - looks == set(), "nothing is excused that is no permission to look"
    assert told & NOT_ABOUT_ONE == set()
    assert {"privacy.hand_out", "sample.look"} <= told, "whoever prints a copy or looks again reads it"


def shown_fields() -> list[tuple[str, str]]:
    """(Class.field, file) of every field that an answer of the API has."""
    found = []
    for file in tree.sources("jifen"):
        if not any(part.startswith("schemas") for part in file.parts):
            continue
        for node in tree.tree(file).body:
            if isinstance(node, ast.ClassDef) and node.name.endswith("Out"):
                for line in node.body:
                    if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                        found.append((f"{node.name}.{line.targets[0].id}", str(file)))
    return found


def test_no_answer_holds_a_figure_about_how_somebody_uses_a_telephone():
    fields = shown_fields()
    assert len(fields) > 100
    wrong = [(f, file) for f, file in fields if FIGURES.search(f.split(".")[1]) and f not in OWN]
    assert wrong == []


def test_no_page_of_a_superior_holds_one():
    pages = [f for f in tree.tracked() if f.suffix == ".html" and f.parts[0] == "jifen"]
    assert pages
    found = [
        f"{file}:{number} {line.strip()[:80]}"
        for file in pages
        if not {"account", "mine", "sessions.html", "privacy.html"} & set(file.parts)
        and "account" not in file.name
        for number, line in enumerate((tree.ROOT / file).read_text("utf-8").splitlines(), 1)
        if CHINESE.search(line) or FIGURES.search(" ".join(re.findall(r"{[{%].*?[%}]}", line)))
    ]
    assert found == []


def test_no_sentence_counts_who_is_bound():
    found = [
        f"{file}:{line} {text[:60]}"
        for file in tree.product()
        for line, text in tree.sayings(file)
        if CHINESE.search(text)
        and not {"demo", "rulebook"} & set(file.parts)  # the lint names what it forbids
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("绑定率", True),
        ("关注人数", True),
        ("登录次数", True),
        ("最近登录", True),
        ("您还没有绑定", False),
        ("绑定码", False),
    ],
)
def test_what_counts_as_such_a_figure(text, wrong):
    assert bool(CHINESE.search(text)) is wrong
