"""Correcting a person's own particulars (更正个人信息), one at a time, each on somebody's yes."""

from __future__ import annotations

from typing import Any

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.members import import_writes, queries
from jifen.members.models import Member
from jifen.members.policy import P
from jifen.members.roster.dates import DateFault, RosterDay, parse_day
from jifen.members.roster.values import is_name, normalise_name

#: Particulars that are a day.
DAYS = ("joined_on", "confirmed_on")
#: What one may write, and its words in a refusal.
FIELDS = {"name": "姓名", "joined_on": "入党时间", "confirmed_on": "转正时间", "staff_number": "工号"}


def checked(field: str, value: str) -> str:
    """Return a new value in its one form.

    :raises Invalid: it can be no such particular; the sentence says what to write
    """
    text = value.strip()
    if field == "name":
        text = normalise_name(text)
        if not is_name(text):
            raise Invalid(reason="姓名应为2到40个字，请按身份证件上的写法填写，不要写别的内容。")
    elif field in DAYS:
        text = str(_day(text))
    elif not 1 <= len(text) <= 24:
        raise Invalid(reason="工号应为1到24个字，请核对。")
    return text


def _day(text: str) -> RosterDay:
    try:
        found = parse_day(text)
    except DateFault as err:
        raise Invalid(reason=f"{err.reason}，请写成 2015-06-01 或 2015.06。") from err
    if found is None:
        raise Invalid(reason="请写明日期，例如 2015-06-01 或 2015.06。")
    if found.on > clock.today():
        raise Invalid(reason="日期还没有到，请核对。")
    return found


def amend(member_id: int, field: str, value: str, *, by: Actor) -> None:
    """Write one particular of a person.

    :param field: one of ``FIELDS``
    :raises NotFound: no such person, or one who is erased
    :raises Forbidden: the actor does not decide for his branch, or it is himself
    :raises Invalid: the value can be no such particular, or is what stands there
    """
    with transaction() as session:
        if not permits(by, P.AMEND, queries.person(member_id, clock.today())):
            raise Forbidden(action=words_for(P.AMEND))
        member = session.get(Member, member_id, with_for_update=True)
        if member is None or member.erased_at is not None:
            raise NotFound(what="这位同志")
        before = _values(member)
        text = checked(field, value)
        if field == "name":
            member.name, member.name_pinyin = text, import_writes.sorting_key(text)
        elif field in DAYS:
            day = _day(text)
            precision = {"day": "d", "month": "m", "year": "y"}[day.precision]
            setattr(member, field, day.on)
            setattr(member, field.replace("_on", "_precision"), precision)
        else:
            member.staff_number = text
        if _values(member) == before:
            raise Invalid(reason=f"{FIELDS[field]}现在就是这样，没有要改的，请核对。")
        db.session.flush()  # the new value, before anybody sorts by it
        audit.record(by=by, action="member.amend", subject="member", subject_id=member_id, codes=field)


def _values(member: Member) -> tuple[Any, ...]:
    days = (member.joined_on, member.joined_precision, member.confirmed_on, member.confirmed_precision)
    return (member.name, member.staff_number, *days)
