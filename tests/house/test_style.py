"""How the house speaks: every sentence that a person may be told, walked one by one.

The chat's replies, the refusals of all rooms, the lines of the notices. What
each says when it is filled is the business of its own tests; here is the way
in which all of them are written.
"""

from __future__ import annotations

import ast
import importlib
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import sentences
from jifen.core.errors import DomainError
from jifen.wechat.envelope import MAX_TEXT
from tests.house import tree

#: Names that have no Chinese one, or that stand beside their example.
LATIN = {"WeCom", "PDF", "Excel", "JSON", "UTF", "TOML", "PostgreSQL", "Ctrl", "ABCD3467", "H1", "Q3"}
#: Rooms whose refusals are read at a terminal by whoever runs the house: commands and files have their own names.
TERMINAL = ("jifen/core/postgres/", "jifen/supervise.py", "jifen/setup_cli.py", "jifen/demo/")
#: Refusals of what programs and prepared files write: a header, or a key of a mapping, has its own name.
PROGRAM = {
    "jifen/web/idempotency.py",
    "jifen/members/imports.py",
    "jifen/members/roster/mapping.py",
    "jifen/points/intake/mapping.py",
}
CHINESE = "[\u3400-\u9fff]"
#: What tells the reader what he can do now, or that there is nothing for him to do.
NEXT = re.compile(r"请|发送|可以|不用|谢谢|系统已交给")
#: Whose end says what to do, and is written where it is raised.
ENDS = re.compile(r"\{(?:why|reason|reasons|remedy|first)\}。?$")
#: A value as long as a value gets, by the kind of its name.
LONG = {"names": 120, "places": 300, "kinds": 200, "levels": 80, "choices": 200, "reasons": 200, "why": 200}
USUAL = 24


def replies() -> Iterator[tuple[str, str]]:
    """Yield every sentence of the chat: where it stands, and the sentence."""
    for file in tree.sources("bot"):
        if file.parent == Path("bot") and file.stem.startswith("replies"):
            module = importlib.import_module(tree.module_name(file))
            for name, value in vars(module).items():
                if name.isupper():
                    yield from ((f"{file}:{name}", one) for one in texts(value))


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)


def refusals() -> Iterator[tuple[str, str]]:
    """Yield the sentence of every refusal: of the classes, and of what is raised with a reason of its own."""
    for file in tree.product():
        if file.as_posix().startswith(TERMINAL):
            continue
        module = tree.module_name(file)
        for node in ast.walk(tree.tree(file)):
            if isinstance(node, ast.ClassDef):
                found = getattr(importlib.import_module(module), node.name, None)
                if isinstance(found, type) and issubclass(found, DomainError) and "template" in vars(found):
                    yield f"{file}:{node.name}", found.template
            if isinstance(node, ast.Call) and tree.dotted(node.func).split(".")[-1] in (
                "Invalid",
                "WrongCount",
            ):
                for word in node.keywords:
                    if word.arg == "reason" and (said := literal(word.value)):
                        yield f"{file}:{node.lineno}", said


def literal(node: ast.expr) -> str:
    """Return a sentence as it is written, with ``{…}`` for what is filled in; empty where it comes from elsewhere."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{value}" for one in node.values)
    return ""


def notices() -> Iterator[tuple[str, str]]:
    """Yield the lines of the notices, and what is filled into them."""
    with (tree.ROOT / "config/wechat.toml").open("rb") as file:
        for kind, one in tomllib.load(file).items():
            yield from ((f"wechat.toml:{kind}", text) for text in one["fields"].values())
    for name in ("_ACCOUNT", "_POST", "_HONOUR", "_DECIDERS"):
        yield from ((f"sentences:{name}", text) for text in texts(getattr(sentences, name)))


def filled(text: str) -> str:
    """Return the sentence with a long Chinese value in each gap."""
    names = {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name}
    return text.format(**{name: "某" * LONG.get(name, USUAL) for name in names})


REPLIES, REFUSALS, NOTICES = [*replies()], [*refusals()], [*notices()]
ALL = [*REPLIES, *REFUSALS, *NOTICES]


def test_the_walk_meets_all_of_them():
    assert len(REPLIES) > 300
    assert len(REFUSALS) > 250
    assert len(NOTICES) > 100


def faults(text: str, *, latin: bool = True) -> list[str]:
    """Return what is wrong with the way in which a sentence is written."""
    said = filled(text)
    found = [word for word in re.findall(r"[A-Za-z][A-Za-z0-9]+", said) if latin and word not in LATIN]
    found += re.findall(rf"{CHINESE}[,;:!?()]|[,;:!?()]{CHINESE}", said)
    found += re.findall(
        r"  +|[\"']|\.\.\.|。。|，，|，。|、、|[ \t]\n|\n\n\n|你(?!好)|\t", said.replace("\n  ", "\n")
    )
    found += [text] if said != said.strip(" ") else []
    return found


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("请核对编号后再发。", False, id="as it should be"),
        pytest.param("请核对{what}，例如：绑定 ABCD3467 张三。", False, id="an example in it"),
        pytest.param("请核对 token 后再发。", True, id="another language"),
        pytest.param("请核对,再发。", True, id="a narrow comma"),
        pytest.param("请核对(编号)后再发。", True, id="narrow brackets"),
        pytest.param('请核对"编号"后再发。', True, id="narrow marks of quotation"),
        pytest.param("请核对  编号。", True, id="two spaces"),
        pytest.param("请你核对。", True, id="not polite"),
    ],
)
def test_what_counts_as_a_fault(text, wrong):
    assert bool(faults(text)) is wrong


def test_every_sentence_is_plain_chinese_with_wide_marks():
    wrong = {
        where: found
        for where, text in ALL
        if (found := faults(text, latin=where.split(":")[0] not in PROGRAM))
    }
    assert wrong == {}


def test_every_refusal_says_what_to_do():
    silent = [(where, text) for where, text in REFUSALS if not NEXT.search(text) and not ENDS.search(text)]
    assert silent == []


def test_every_refusal_is_a_sentence():
    open_ended = [
        (where, text)
        for where, text in REFUSALS
        if not text.endswith(("。", "}")) or re.search(r"\d{4}-\d\d-\d\d(?!）?( 这样|。| 或))", text)
    ]
    assert open_ended == []


def test_every_sentence_fits_into_one_bubble():
    """A value is a line of a list at most: lists are cut by their own code (``bot/paging.py``)."""
    assert {where: n for where, text in ALL if (n := len(filled(text).encode())) > MAX_TEXT} == {}


def test_the_chat_speaks_out_of_its_replies_only():
    """What is said stands where it can be read through: no handler has a sentence of its own."""
    found = [
        f"{file}:{line} {text[:30]}"
        for file in tree.sources("bot/handlers", "bot/callback.py", "bot/paging.py", "bot/talk")
        for line, text in tree.sayings(file)
        if text.endswith("。") and re.search(CHINESE, text)
    ]
    assert found == []
