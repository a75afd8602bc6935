"""What the READMEs name is there, and both say the same commands."""

import re
import shlex

import pytest

from tests.house import tree

README, CHINESE = (
    (tree.ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
)
_ROOM = r"`((?:jifen|bot|tests|config|migrations|bench|docs)/[\w/.-]*)`"


def blocks(text: str) -> list[list[str]]:
    """Return the fenced shell lines as words, comments left out."""
    fences = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [shlex.split(fence.replace("文件", "FILE"), comments=True) for fence in fences]


@pytest.mark.parametrize("text", [pytest.param(README, id="English"), pytest.param(CHINESE, id="Chinese")])
def test_what_is_named_is_there(text):
    named = set(re.findall(_ROOM, text)) | set(re.findall(r"\]\((?!http)([^)#]+)\)", text))

    assert len(named) > 25
    assert [path for path in sorted(named) if not (tree.ROOT / path).exists()] == []


def test_both_languages_give_the_same_commands():
    assert blocks(README) == blocks(CHINESE)


def test_every_command_named_is_one(app):
    said = set(re.findall(r"flask ((?:[a-z-]+ ?){1,2})", README))
    known = app.cli.commands

    assert len(said) > 8
    unknown = []
    for words in sorted(said):
        first, *rest = words.split()
        group = getattr(known.get(first), "commands", {})
        if first not in known or (group and rest and rest[0] not in group):
            unknown.append(words)
    assert unknown == []


def test_the_life_of_a_report_names_functions_that_are_there():
    life = README[README.index("## The life of one report") : README.index("## How to add a rule")]
    code = "\n".join((tree.ROOT / file).read_text(encoding="utf-8") for file in tree.sources("jifen", "bot"))
    names = set(re.findall(r"\.py`\s+`(?:\w+\.)?(\w+)`", life))

    assert len(names) > 15
    assert [name for name in sorted(names) if not re.search(rf"(?:def|class) {name}\b", code)] == []
