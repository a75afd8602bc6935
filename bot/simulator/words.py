"""Words to tap above the field: first those that the last answer itself proposes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.simulator.people import STRANGERS, Person
from bot.simulator.phones import Bubble

_QUOTED = re.compile(
    r"“((?:我的|为什么|排名|待审|项目|帮助|通过|退回|撤回|重报|打开|关闭|同意|不同意|谁能看到我|完成|取消|上一步|确认|全部通过|"
    r"公示|异议|提醒设置|志愿时长)[^“”\n]{0,20})”"
)
_EXAMPLE = re.compile(r"例如：([^\n。，、“”]{2,30})")
_NUMBERED = re.compile(r"^(\d+)号", re.MULTILINE)
#: An entry of a list to choose from by its digit.
_CHOICE = re.compile(r"(?:^|[ ]{2,})([0-9])[.．、 ][ ]?(\S[^\n]*?)(?=[ ]{2,}\d|$)", re.MULTILINE)
#: Words in a proposal that stand for something only the person knows.
_BLANK = re.compile(r"\s*(?:编号|原因|项目名|绑定码|…).*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word to tap: sent at once, or put into the field where the person goes on."""

    label: str
    text: str
    sends: bool = True


MEMBER_WORDS = (
    Word("我的积分", "我的积分"),
    Word("为什么", "为什么"),
    Word("上报…", "上报 ", sends=False),
    Word("项目", "项目"),
    Word("我的上报", "我的上报"),
    Word("排名", "排名"),
    Word("绑定…", "绑定 ", sends=False),
    Word("帮助", "帮助"),
)
DECIDER_WORDS = (
    Word("待审", "待审"),
    Word("通过…", "通过 ", sends=False),
    Word("退回…", "退回 ", sends=False),
    Word("撤回…", "撤回 ", sends=False),
)


def words_for(person: Person, bubbles: list[Bubble]) -> list[Word]:
    """Return what this person might say now."""
    last = next((b.text for b in reversed(bubbles) if b.side == "bot"), "")
    proposed = []
    if person.slip and all(person.slip not in b.text for b in bubbles if b.side == "me"):
        proposed.append(Word("照纸条绑定", f"绑定 {person.slip} {person.name}", sends=False))
    proposed += [Word(example, example, sends=False) for example in _EXAMPLE.findall(last)[:1]]
    if person.decides:
        proposed += [Word(f"通过 {number}", f"通过 {number}") for number in _NUMBERED.findall(last)[:2]]
    choices = _CHOICE.findall(last)
    proposed = proposed[:4] + [Word(f"{digit} {words[:12]}", digit) for digit, words in choices[:9]]
    quoted = [Word(text, text) for text in _QUOTED.findall(last) if not _BLANK.search(text)]
    proposed += quoted[: max(0, 4 - len(proposed)) or 2]
    fixed: tuple[Word, ...] = (*DECIDER_WORDS, *MEMBER_WORDS) if person.decides else MEMBER_WORDS
    if person in STRANGERS:
        fixed = tuple(sorted(fixed, key=lambda word: not word.text.startswith("绑定")))
    return list({word.text: word for word in (*proposed, *fixed)}.values())
