"""Honours of the showcase branch: of one deed the highest counts, one waits, one was given back, one was revoked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.model_posts import honours
from jifen.model_posts.honours import Award
from jifen.model_posts.models import Honour


def write_down(people: Mapping[str, Actor], *, secretary: Actor, deputy: Actor, higher: Actor) -> None:
    """Let the deputy write honours down and the others decide; inside the load's transaction.

    :param higher: who decides after the branch where the level asks for it
    """
    today = clock.today()
    first = max(today - dt.timedelta(days=60), today.replace(month=1, day=1))

    def entered(who: str, title: str, level: str, evidence: str, **more: int) -> Honour:
        award = Award(
            member_id=people[who].member_id or 0,
            title=title,
            level=level,
            awarded_on=first,
            evidence=evidence,
            **more,  # type: ignore[arg-type]
        )
        return honours.enter(award, by=deputy)

    best = entered(
        "高伟民",
        "全市机关优秀共产党员",
        "市级",
        f"岚直工委〔{today.year}〕18号，证书编号 LJ-{today.year}-037",
    )
    honours.decide(best.id, approve=True, by=secretary)
    honours.decide(best.id, approve=True, by=higher)
    same = entered(
        "高伟民", "局机关优秀共产党员", "本单位", f"岚林党〔{today.year}〕9号", same_deed_as=best.id
    )
    honours.decide(same.id, approve=True, by=secretary)
    entered("何雨桐", "局机关服务标兵", "本单位", f"岚林党〔{today.year}〕15号")
    wrong = entered("许静", "全省林业系统先进个人", "省级", "证书编号 0000")
    honours.decide(wrong.id, approve=False, reason="证书编号和表彰文件对不上，请核对后再登记。", by=secretary)
    early = entered("马国栋", "窗口服务月度之星", "本单位", "大厅通报第7期")
    honours.decide(early.id, approve=True, by=secretary)
    honours.revoke(early.id, reason="月度通报不是表彰决定文件，登记有误。", by=secretary)
