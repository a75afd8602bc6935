"""The wall of the showcase branch: model posts in every state, answers of citizens, and who agreed to be named."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping

from jifen.core import clock
from jifen.core.actor import Actor, Role
from jifen.core.db import db
from jifen.decisions.models import Decision
from jifen.demo import portraits
from jifen.model_posts import consents, reviewing, rules, service, settings
from jifen.model_posts.models import ModelPost, ModelPostPerson, ModelPostTally
from jifen.model_posts.service import Application

#: Kind, title, who answers for it, who else works there, state, months since the plate, answers of citizens, deeds.
_PLATES = (
    ("window", "林权综合服务窗口", "马国栋", ("何雨桐", "许静"), "active", 7, (41, 6, 2),
     "一次告知、当场受理；全年受理一千二百余件，没有一件超期，午间和周六上午照常有人。"),
    ("post", "林木采伐审批岗", "高伟民", (), "active", 14, (18, 3, 0),
     "审批从五个工作日压到两个；山区群众寄材料就能办，来回邮费由单位承担。"),
    ("post", "森林火险值班岗", "罗建英", (), "expired", 26, (13, 0, 1),
     "防火期每天两次到瞭望点，去年带班一百四十六天，处置初起火情九起。"),
    ("post", "种苗检验岗", "唐晓东", (), "warned", 16, (9, 5, 4),
     "检验报告当天出具；送检不便的苗农，约好时间上门取样。"),
    ("area", "滨江绿地责任区", "曹启航", ("丁雪晴",), "rectifying", 13, (6, 4, 5),
     "每周两次巡护，补植树木三百余株，清理占绿二十一处。"),
    ("area", "城北苗圃责任区", "许静", (), "expired", 30, (7, 1, 0), "苗圃四十亩，存活率九成五。"),
    ("area", "老河道责任区", "何雨桐", (), "withdrawn", 15, (1, 2, 6), "沿河三公里护林保洁。"),
)  # fmt: skip
#: Who would rather not be named.
_UNNAMED = ("罗建英", "许静", "曹启航")
#: Who lets his photo be seen, and who did and then thought better of it: his is gone, as his words ask.
_PICTURED, _THOUGHT_BETTER = ("马国栋", "高伟民"), ("唐晓东",)
#: What reviews said: title -> conclusion, days ago, reason.
_REVIEWED = {
    "林木采伐审批岗": ("keep", 190, ""),
    "种苗检验岗": ("warn", 100, "群众评价里“不满意”比上半年多，请看看是哪个环节。"),
    "滨江绿地责任区": ("rectify", 12, "东段补植的树死了一片，巡护记录也缺了两周。"),
    "老河道责任区": ("withdraw", 60, "整改到期没有改好，群众反映属实。"),
}
#: Asked about today: half a year is over.
_REVIEW_DUE = "林木采伐审批岗"


def hang(people: Mapping[str, Actor], *, secretary: Actor, higher: Actor) -> None:
    """Hang the branch's plates; let one application wait, one be publicised, one be refused, and a review be due.

    Inside the load's transaction.

    :param higher: who decides at the next higher organisation
    """
    branch = secretary.branch_id
    assert branch is not None, "the secretary belongs to the branch"
    numbers: dict[tuple[str, int], int] = {}
    for kind, title, lead, others, state, months, said, deeds in _PLATES:
        if lead in people and all(one in people for one in others):
            _hang(
                branch,
                people,
                kind=service.kind_of(kind),
                title=title,
                deeds=deeds,
                who=[people[one] for one in (lead, *others)],
                agreed=[people[one] for one in (lead, *others) if one not in _UNNAMED],
                state=state,
                granted=rules.add_months(clock.today(), -months),
                said=said,
                numbers=numbers,
                secretary=secretary,
                higher=higher,
            )
    waits = Application(
        kind="area",
        unit_id=branch,
        title="机关大院节能责任区",
        deeds="每天下班巡查水电，半年来用电同比降了一成二。",
    )
    shown = Application(
        kind="area",
        unit_id=branch,
        title="古树名木责任区",
        deeds="建档一百零八株，逐株挂牌，每季度体检一次，抢救复壮七株。",
    )
    service.apply(waits, by=people["陈思远"])
    made = service.apply(shown, by=people["冯若兰"])
    service.decide(made.id, approve=True, by=secretary)
    vague = Application(
        kind="post", unit_id=branch, title="公文收发岗", deeds="认真负责，热情服务，得到一致好评。"
    )
    refused = service.apply(vague, by=people["徐海燕"])
    why = "事迹不够具体，请写清做了什么、做了多少、谁受益。"
    service.decide(refused.id, approve=False, reason=why, by=secretary)
    reviewing.follow()  # the review that is due is asked for


def _hang(
    branch: int,
    people: Mapping[str, Actor],
    *,
    kind: settings.Kind,
    title: str,
    deeds: str,
    who: list[Actor],
    agreed: list[Actor],
    state: str,
    granted: dt.date,
    said: tuple[int, ...],
    numbers: dict[tuple[str, int], int],
    secretary: Actor,
    higher: Actor,
) -> None:
    today = clock.today()
    key = (kind.plate, granted.year)
    numbers[key] = numbers.get(key, 0) + 1
    ended = {
        "expired": rules.add_months(granted, kind.validity_months),
        "withdrawn": today - dt.timedelta(60),
    }
    hangs = state in ("active", "warned", "rectifying")
    row = ModelPost(
        kind=kind.code,
        unit_id=branch,
        title=title,
        deeds=deeds,
        lead_id=who[0].member_id,
        applied_by=who[0].member_id,
        applied_at=clock.at(granted - dt.timedelta(days=30), 10),
        door=secretary.door,
        staff=None if kind.individual else len(who) + 1,
        staff_members=None if kind.individual else len(who),
        leader_member=not kind.individual,
        found=["负责人应是正式党员或预备党员：正式党员（按本系统记录）"],
        state=state,
        step=len(kind.chain),
        quota_unit_id=branch,
        slot=_slot(kind.code, numbers) if hangs else None,
        plate=f"{kind.plate}-{granted.year}-{numbers[key]:04}",
        public_id=secrets.token_hex(12),
        granted_on=granted,
        until=rules.add_months(granted, kind.validity_months),
        review_on=today + dt.timedelta(days=0 if title == _REVIEW_DUE else 45),
        reviews=1 if title in _REVIEWED else 0,
        rectify_by=today + dt.timedelta(days=18) if state == "rectifying" else None,
        ended_on=ended.get(state),
    )
    db.session.add(row)
    db.session.flush()  # its id
    db.session.add_all([ModelPostPerson(post_id=row.id, member_id=one.member_id) for one in who])
    month = f"{rules.add_months(today, -1):%Y-%m}"
    db.session.add_all(
        [
            ModelPostTally(post_id=row.id, month=month, answer=code, count=n)
            for code, n in zip(settings.load().question.answers, said, strict=False)
            if n
        ]
    )
    db.session.flush()  # its people, before one of them agrees
    for one in agreed if hangs else ():
        consents.agree(row.id, "name", by=one)
    if title in _REVIEWED:
        _reviewed(row, *_REVIEWED[title], by=higher)
    named = {one.member_id: name for name, one in people.items()}
    for one in who if hangs else ():
        if named[one.member_id] in (*_PICTURED, *_THOUGHT_BETTER):
            consents.agree(row.id, "photo", by=one)
            consents.show(row.id, portraits.drawn(one.member_id or 0), by=one)
        if named[one.member_id] in _THOUGHT_BETTER:
            consents.take_back(row.id, "photo", by=one)


def _reviewed(row: ModelPost, outcome: str, days_ago: int, reason: str, *, by: Actor) -> None:
    """Write down what a review of the year said."""
    [seat] = [h for h in by.holdings if h.role == Role.ORGAN_COMMITTEE]
    db.session.add(
        Decision(
            subject=reviewing.SUBJECT,
            subject_id=row.id,
            step=1,
            outcome=outcome,
            concerns=row.lead_id,
            decided_by=by.member_id,
            unit_id=seat.unit_id,
            reason=reason or None,
            door=by.door,
            decided_at=clock.now() - dt.timedelta(days=days_ago),
        )
    )
    db.session.flush()


def _slot(kind: str, numbers: dict[tuple[str, int], int]) -> int:
    key = (kind, 0)
    numbers[key] = numbers.get(key, 0) + 1
    return numbers[key]
