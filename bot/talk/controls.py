"""Words that steer a conversation, whatever is asked just then: 取消, 上一步, 帮助."""

from __future__ import annotations

import re

from bot.intents import Back, Cancel, Help
from bot.talk import reading

_CANCEL = re.compile(
    r"(?:(?:还是|那就?|我|先|就|刚才|这条|那条|这个|这次|上报)*"
    r"(?:取消|[不别]报了?|算了|退出|结束|不要了|[不别]弄了|不用了|停止?|作废|撤回|撤销|不想报了?)"
    r"(?:上报|这条|那条|这个|本次|这次|掉)*[了吧啊呀哈,。! ]*)+"
)
_BACK = re.compile(
    r"(?:我|想|要|请|帮我|给我|再|先)*(?:(?:回到?|返回)?(?:上一?步|上一个)"
    r"|(?:往前|往回|改|退|回|倒)(?:退|到|回)?上?一步|返回|后退|回去|退回去|往回)[了吧一下,。! ]*"
)
_HELP = re.compile(r"(?:帮助|幫助|菜单|怎么[办弄用回]|\?+|help)[。!?~ ]*", re.IGNORECASE)


def read(text: str) -> Cancel | Back | Help | None:
    """Return what a text steers; None where it says something else."""
    said = reading.plain(text)
    if _CANCEL.fullmatch(said):
        return Cancel()
    if _BACK.fullmatch(said):
        return Back()
    return Help() if _HELP.fullmatch(said) else None
