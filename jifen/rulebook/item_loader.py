"""Reading of ``[[item]]``: one line of a scheme in all its forms."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from jifen.rulebook.engine.book import (
    VETO,
    WINDOWS,
    AddOn,
    Convert,
    Excused,
    Ladder,
    Levels,
    Scope,
    Shortfall,
    Takes,
    Tiers,
    Worth,
)
from jifen.rulebook.engine.item import Attendance, Evidence, Feeder, Item, OncePer, RiskDecision, Start
from jifen.rulebook.reader import Table, one_of
from jifen.rulebook.worth_loader import CHAIN, PER, WORTHS, read_scope, read_worth

TOUCHES = (
    "app_use",
    "check_in",
    "online_time",
    "likes_forwards",
    "answering_speed",
    "location",
    "photo",
    "video",
    "volunteering",
    "donation",
    "personal_data",
)


def read_item(table: Table, *, publicity: str, within_days: int | None) -> Item:
    """Return one item; faults go to the table's list."""
    t = table
    evidence, risk = t.table("evidence"), t.table("risk_decision")
    once = t.choice("once_per", tuple(OncePer), "deed", required=True)
    feeders = t.texts("feeders", tuple(Feeder), required=True)
    if not feeders and t.has("feeders"):
        t.fault("feeders", "no_feeder", "没有写明数据来源。", f"请至少写一个：{'、'.join(Feeder)}。")
    unit = t.text("unit", "次")
    worth = one_of(t, WORTHS, "计分方式", required=False, read=lambda key: read_worth(t, key))
    item = Item(
        code=t.code("code"),
        name=t.text("name", required=True),
        category=t.text("category", required=True),
        unit=unit,
        clause=t.text("clause", required=True),
        basis=t.maybe_text("basis"),
        feeders=frozenset(Feeder(one) for one in feeders),
        once_per=OncePer(once),
        worth=worth,
        quantity_min=t.number("quantity_min", t.number("quantity_step", Decimal(1)), least=Decimal(0)),
        quantity_max=t.bound("quantity_max"),
        quantity_step=t.number("quantity_step", Decimal(1)),
        words=t.texts("words"),
        add_ons=tuple(_add_on(one) for one in t.tables("add_on")),
        takes=_takes(t, worth),
        excused=_excused(t),
        attendance=_attendance(t),
        shortfall=_shortfall(t),
        max_times=t.numbers("max_times", PER),
        caps=t.numbers("caps", ("event", *WINDOWS)),
        debit_caps=t.numbers("debit_caps", ("event", *WINDOWS)),
        cap=t.bound("cap"),
        floor=t.bound("floor"),
        full_mark=read_start(t, "full_mark"),
        base=read_start(t, "base"),
        outside=read_scope(t, "outside", ("category", "total")),
        deduct_scope=read_scope(t, "deduct_scope", tuple(Scope)),
        zeroes=t.texts("zeroes"),
        veto=t.maybe_text("veto"),
        lifts=t.texts("lifts"),
        roles=frozenset(t.texts("roles")),
        team=t.choice("team", ("none", "copy", "split"), "none"),
        evidence=None if evidence is None else _evidence(evidence),
        decision_chain=t.texts("decision_chain", CHAIN),
        publicity=t.choice("publicity", ("none", "before", "after"), publicity),
        report_within_days=t.integer("report_within_days", least=1)
        if t.has("report_within_days")
        else within_days,
        off=t.maybe_text("off"),
        touches=frozenset(t.texts("touches", TOUCHES)),
        risk_decision=None if risk is None else _risk(risk),
    )
    t.done()
    _judge(t, item)
    return item


def read_start(t: Table, key: str, *, required: bool = False) -> Start | None:
    """Return a starting amount: ``"60"`` or ``{ of_last = "20%", first = "20" }``."""
    if not t.has(key) or not isinstance(t.data[key], dict):
        if not t.has(key) and not required:
            return None
        value = t.number(key, required=required)
        return Start(value)
    below = t.table(key)
    assert below is not None
    start = Start(below.number("first", required=True), below.ratio("of_last", required=True))
    below.done()
    return start


def _add_on(t: Table) -> AddOn:
    add_on = AddOn(
        points=t.number("points", required=True),
        levels=frozenset(t.texts("levels")),
        roles=frozenset(t.texts("roles")),
        value_at_least=t.bound("value_at_least"),
        quantity_at_least=t.bound("quantity_at_least"),
        each=t.flag("each"),
    )
    if (
        not (add_on.levels or add_on.roles)
        and add_on.value_at_least is None
        and add_on.quantity_at_least is None
    ):
        t.fault(
            None,
            "no_condition",
            "附加分没有写条件。",
            "请写 levels、roles、value_at_least、quantity_at_least 之一。",
        )
    t.done()
    return add_on


def _takes(t: Table, worth: Worth | None) -> Takes:
    required = isinstance(worth, Levels | Convert)
    if not t.has("takes"):
        if required:
            t.fault(
                None,
                "missing_key",
                "按等级或外部成绩计分的项目必须写明多条记录怎样取舍（takes）。",
                '累加写 takes = "each"；同一件事只取最高写 takes = { which = "highest", per = "deed" }。',
            )
        return Takes()
    if isinstance(t.data["takes"], str):
        t.choice("takes", ("each",))
        return Takes()
    below = t.table("takes")
    if below is None:
        return Takes()
    takes = Takes(
        below.choice("which", ("each", "highest", "lowest", "last", "mean"), required=True),
        below.choice("per", ("deed", *PER), required=True),
    )
    below.done()
    return takes


def _excused(t: Table) -> Excused | None:
    if not t.has("excused"):
        return None
    if isinstance(t.data["excused"], str):
        return Excused(t.choice("excused", ("free", "counts")))
    below = t.table("excused")
    if below is None:
        return None
    excused = Excused(
        "quota",
        below.integer("free", required=True),
        below.choice("per", PER, required=True),
        below.bound("then"),
    )
    below.done()
    return excused


def _attendance(t: Table) -> Attendance | None:
    below = t.table("attendance")
    if below is None:
        return None
    attendance = Attendance(
        below.maybe_text("absent"),
        below.maybe_text("late"),
        below.maybe_text("left_early"),
        below.flag("partial", True),
    )
    below.done()
    return attendance


def _shortfall(t: Table) -> Shortfall | None:
    below = t.table("shortfall")
    if below is None:
        return None
    of = below.texts("of")
    present = [key for key in ("each", "once", "zero") if below.has(key)]
    if len(present) != 1:
        below.fault(
            None,
            "no_form",
            "完不成怎样计分要写且只写一种。",
            "请写 each（每少一个扣多少）、once（一次扣多少）、zero = true 之一。",
        )
    shortfall = Shortfall(
        need=below.number("need", required=True),
        per=below.choice("per", PER, required=True),
        of=of,
        each=below.bound("each"),
        once=below.bound("once"),
        zero=below.flag("zero"),
    )
    below.done()
    return shortfall


def _evidence(t: Table) -> Evidence:
    evidence = Evidence(
        kinds=t.texts("kinds", required=True),
        min=t.integer("min", 1, least=1, most=20),
        photos=t.flag("photos"),
        basis=t.text("basis", required=True),
    )
    t.done()
    return evidence


def _risk(t: Table) -> RiskDecision:
    risk = RiskDecision(
        document=t.text("document", required=True),
        on=t.date("on", required=True) or dt.date.min,
        by=t.text("by", required=True),
    )
    t.done()
    return risk


def _judge(t: Table, item: Item) -> None:
    """Faults that need more than one key of the item."""
    marks = item.zeroes or item.veto or item.lifts
    if item.worth is None and not marks and item.shortfall is None:
        t.fault(
            None,
            "no_form",
            "计分方式没有写。",
            f"请写以下之一：{'、'.join(WORTHS)}；只触发清零、否决的写 zeroes 或 veto。",
        )
    if item.quantity_step <= 0:
        t.fault(
            "quantity_step", "too_small", "“quantity_step”必须大于 0。", '按次计写 "1"，可计半小时写 "0.5"。'
        )
    if item.quantity_max is not None and item.quantity_max < item.quantity_min:
        t.fault("quantity_max", "empty_range", "数量上限小于下限。", "请核对 quantity_min 与 quantity_max。")
    if item.full_mark is not None and item.base is not None:
        t.fault(
            "base",
            "too_many_forms",
            "“full_mark”和“base”只能写一个。",
            "满分扣分写 full_mark，起步分写 base。",
        )
    steps: tuple[object, ...] = ()
    if isinstance(item.worth, Ladder):
        steps = item.worth.steps
    elif isinstance(item.worth, Levels):
        names = [row.name for row in item.worth.rows]
        if len(set(names)) != len(names):
            t.fault("levels", "repeated", "等级名称有重复。", "请给每个等级不同的名称。")
        steps = tuple(row.points for row in item.worth.rows)
    elif isinstance(item.worth, Tiers):
        steps = tuple(band.points for band in item.worth.bands)
    if VETO in steps and item.veto is None:
        t.fault(
            None,
            "veto_grade",
            "写了一票否决，却没有写定为什么等次。",
            '请补上 veto = "不合格" 这样的等次名称。',
        )
    if Feeder.ACTIVITY in item.feeders and Feeder.SELF_REPORT in item.feeders:
        t.fault(
            "feeders",
            "two_doors",
            "由活动登记的项目不再接受个人上报，否则一件事会记两次。",
            "请从 feeders 中删去 self_report 或 activity。",
        )
