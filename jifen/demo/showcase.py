"""The people of the README's tour: 市林业局 机关第一党支部, the same in every demo city.

Each stands for something that a newcomer can try; the first ones hold the
posts of their seats, see :mod:`jifen.demo.posts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from jifen.members.models import Category, ExemptionReason


@dataclass(frozen=True, slots=True)
class Part:
    """One invented person of the showcase."""

    name: str
    #: Age in years on the day of loading.
    age: int
    category: Category = Category.FULL
    bound: bool = True
    #: Has a paper slip with a code that is still good.
    slip: bool = False
    exempt: ExemptionReason | None = None
    #: Came from another branch, or retired, this many days ago.
    moved_days_ago: int | None = None
    retired_days_ago: int | None = None


SECRETARY = Part("周建平", 50)
DEPUTY = Part("李慧敏", 44)
RECORDER = Part("钱丽", 38)
#: Sixty years old, types with one finger, has everything confirmed.
ELDER = Part("王桂兰", 60)
#: Has a report that the secretary returned with a reason.
RETURNED = Part("陈思远", 33)
#: Has reports that wait for the secretary.
PENDING = Part("刘洋", 36)
#: Not bound yet; the branch gave her a slip.
WITH_SLIP = Part("赵晓梅", 42, bound=False, slip=True)
#: Wants no telephone: takes part by the branch's roster alone.
BY_ROSTER = Part("董立新", 57, bound=False)

#: In the order of their seats.
CAST: tuple[Part, ...] = (
    SECRETARY,
    DEPUTY,
    Part("孙志远", 41),
    Part("何雨桐", 29),
    Part("马国栋", 52),
    RECORDER,
    Part("郑文彬", 55),
    Part("徐海燕", 48),
    Part("高伟民", 50),
    Part("罗建英", 53),
    Part("唐晓东", 45),
    Part("许静", 40),
    Part("冯若兰", 35),
    Part("曹启航", 31),
    ELDER,
    RETURNED,
    PENDING,
    WITH_SLIP,
    Part("林一帆", 26, Category.PROBATIONARY),
    Part("彭佳", 25, Category.ACTIVIST),
    Part("吴长河", 49, exempt=ExemptionReason.VILLAGE),
    BY_ROSTER,
    Part("丁雪晴", 30, moved_days_ago=95),
    Part("任光明", 61, retired_days_ago=70),
)


def seat(part: Part) -> int:
    """Return the place of ``part`` in the branch, which is also its member id minus one."""
    return CAST.index(part)
