"""Months, conditions and what is told of answers: arithmetic on plain values."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months later, the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of whoever answers for a post and of the place, on a day."""

    #: Category of membership; None outside the scheme.
    category: str | None
    category_words: str
    exempt: bool
    #: Points of the running period; None where nothing scores him.
    points: Decimal | None
    vetoed: bool
    #: Minutes of service ever.
    minutes: int
    staff: int | None = None
    staff_members: int | None = None
    leader_member: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition: what is asked, what was found on which ground, whether it holds, what to do where it does not."""

    asked: str
    found: str
    basis: str
    holds: bool
    todo: str = ""

    @property
    def sentence(self) -> str:
        """The condition for a refusal."""
        return f"{self.asked}，现在{self.found}（{self.basis}）。{self.todo}"


_PRODUCT, _WRITTEN = "按本系统记录", "申报人填写，审核人核对"


def findings(
    known: Known,
    *,
    categories: Collection[str],
    category_words: Mapping[str, str],
    points_least: Decimal | None,
    hours_least: int | None,
    no_veto: bool,
    members_percent: int | None,
    leader_member: bool,
) -> list[Finding]:
    """Return every condition that is asked, in the order in which people read them."""
    found = [
        Finding(
            "负责人应是" + "或".join(words for code, words in category_words.items() if code in categories),
            known.category_words or "不在党员名册里",
            _PRODUCT,
            known.category in categories and not known.exempt,
            "人员类别登记有误的，请支部更正后再报。",
        )
    ]
    if known.exempt:
        found[0] = Finding(
            found[0].asked + "且没有免予积分",
            "在免予积分期间",
            _PRODUCT,
            False,
            "请等免予积分期满以后再报。",
        )
    if points_least is not None:
        told = "没有积分" if known.points is None else f"{_plain(known.points)}分"
        found.append(
            Finding(
                f"负责人本期积分不低于{_plain(points_least)}分",
                told,
                _PRODUCT,
                known.points is not None and known.points >= points_least,
                "请发送“为什么”看分数怎么来的，积分够了再报。",
            )
        )
    if no_veto:
        found.append(
            Finding(
                "负责人没有被一票否决",
                "被一票否决" if known.vetoed else "没有被一票否决",
                _PRODUCT,
                not known.vetoed,
                "请等影响期结束以后再报；认为有误的，请提出异议。",
            )
        )
    if hours_least is not None:
        found.append(
            Finding(
                f"负责人志愿服务满{hours_least}小时",
                f"{known.minutes // 60}小时{known.minutes % 60}分钟",
                _PRODUCT,
                known.minutes >= hours_least * 60,
                "请发送“志愿时长”查看，够了再报。",
            )
        )
    if members_percent is not None:
        known_staff = known.staff is not None and known.staff_members is not None
        enough = known_staff and (known.staff_members or 0) * 100 >= members_percent * (known.staff or 1)
        told = f"{known.staff}人中党员{known.staff_members}人" if known_staff else "没有填写人数"
        found.append(
            Finding(
                f"工作人员中党员不少于{members_percent}%",
                told,
                _WRITTEN,
                enough,
                "请核对人数；党员不够的，可以先申报党员示范岗或责任区。",
            )
        )
    if leader_member:
        found.append(
            Finding(
                "负责人中至少一人是党员",
                "有" if known.leader_member else "没有勾选",
                _WRITTEN,
                known.leader_member,
                "有党员负责人的，请勾选后再提交。",
            )
        )
    return found


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(part: int, whole: int) -> int:
    """Return a whole per cent, rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0
