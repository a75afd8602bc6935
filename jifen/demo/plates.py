"""The wall of the showcase branch: model posts in every state, answers of citizens, and who agreed to be named."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.model_posts import consents, rules, service, settings
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


def hang(people: Mapping[str, Actor], *, secretary: Actor) -> None:
    """Hang the branch's plates, and let one application wait and one be publicised; inside the load's transaction."""
    branch = secretary.branch_id
    assert branch is not None, "the secretary belongs to the branch"
    numbers: dict[tuple[str, int], int] = {}
    for kind, title, lead, others, state, months, said, deeds in _PLATES:
        if lead in people and all(one in people for one in others):
            _hang(
                branch,
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


def _hang(
    branch: int,
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
        review_on=today + dt.timedelta(days=45),
        reviews=0,
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


def _slot(kind: str, numbers: dict[tuple[str, int], int]) -> int:
    key = (kind, 0)
    numbers[key] = numbers.get(key, 0) + 1
    return numbers[key]
