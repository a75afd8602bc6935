"""The retention table (保存期限表): what is kept how long, counted from what, on which ground.

``config/retention.toml`` is data; this file says what it may say. A house test
holds that every table is named there, and every column that holds words.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from jifen.core.settings import ROOT

FILE = ROOT / "config" / "retention.toml"
HOW = ("delete", "blank", "own", "with", "person", "keep")
ERASE = ("delete", "blank", "ids")
#: What code purges by itself.
OWN = ("ledger", "audit", "imports")
#: Shortest months, by table; the law's, or what a proof needs. The database knows those of the sealed tables too.
LEAST_MONTHS = {"audit_entry": 6, "console_session": 6, "ledger_entry": 60, "export": 36, "consent": 36}
_YEAR_CLOSED = """
    NOT EXISTS (SELECT 1 FROM branch_period b WHERE b.unit_id = t.branch_id AND b.state <> 'frozen'
                 AND left(b.period, 4) = to_char(t.occurred_on, 'YYYY'))
    AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.unit_id = t.branch_id AND p.frozen_at IS NULL
                     AND left(p.period, 4) = to_char(t.occurred_on, 'YYYY'))
"""
#: Conditions that code knows by name.
WHEN = {
    # The year's lists of the branch are frozen, or it publicises none; no period of that year is open.
    "branch_year_closed": _YEAR_CLOSED,
    "year_closed": _YEAR_CLOSED + " AND t.state <> 'pending'",
    "notice_done": "t.state NOT IN ('queued', 'sending')",
    "objection_over": "t.state <> 'open'",
    "request_over": "t.state <> 'open'",
    "or_never": "true",
    "no_pending": "NOT EXISTS (SELECT 1 FROM pending_binding p WHERE p.bind_code_id = t.id)",
    "import_done": "t.state <> 'previewed'",
    "batch_old": "true",
    "photo_over": "NOT EXISTS (SELECT 1 FROM report r WHERE r.id = t.report_id AND r.state = 'pending')"
    # A photo on a plate stays while the plate hangs, or its person takes it down.
    " AND NOT EXISTS (SELECT 1 FROM model_post p WHERE p.id = t.model_post_id"
    " AND p.state IN ('applied', 'reviewed', 'publicised', 'active', 'warned', 'rectifying'))",
    "job_over": "t.state IN ('done', 'failed')",
}
#: Where counting from a column is not enough: the instant, as SQL over the row ``t``.
SINCE = {
    "year_end": """
        greatest((SELECT max(p.frozen_at) FROM publication p WHERE p.unit_id = t.branch_id
                   AND left(p.period, 4) = to_char(t.occurred_on, 'YYYY')),
                 make_timestamptz(CAST(to_char(t.occurred_on, 'YYYY') AS int) + 1, 1, 1, 0, 0, 0, 'Asia/Shanghai'))
    """,
    "step": "(SELECT s.recorded_at FROM appraisal_step s WHERE s.id = t.step_id)",
    "batch": "(SELECT b.created_at FROM import_batch b WHERE b.id = t.batch_id)",
    "objection_over": "coalesce(t.answered_at, t.entered_at)",
    "left": "NULL",
}
_NAME = re.compile(r"[a-z][a-z_]*")
_SPANS = ("hours", "days", "months")
_TEXTS = {"table", "what", "how", "basis"}
_KEYS = _TEXTS | {
    *_SPANS,
    "since",
    "when",
    "hold",
    "of",
    "ids",
    "among",
    "erase",
    "words",
    "codes",
    "own",
    "with",
}


class BadRetention(ValueError):
    """The table says something that cannot be, or leaves something out."""


@dataclass(frozen=True, slots=True)
class Keep:
    """One line: how long one kind of thing in one table is kept."""

    table: str
    what: str
    how: str
    basis: str
    #: Length, and its unit: hours, days, months; (0, "") where no term runs.
    length: int
    unit: str
    #: A column, or a name of ``SINCE``.
    since: str
    when: str
    #: Left alone while a question that concerns the person is open.
    hold: bool
    #: Columns that say whose it is, the first one for the hold.
    of: tuple[str, ...]
    #: Columns that say who acted; an erased person's id stays there.
    ids: tuple[str, ...]
    #: Columns that hold several people's ids.
    among: tuple[str, ...]
    erase: str
    words: tuple[str, ...]
    codes: tuple[str, ...]
    own: str
    follows: str

    @property
    def short(self) -> bool:
        """Whether it runs in hours or days, so that it is looked at every hour."""
        return self.unit in ("hours", "days")


def parse(text: str) -> tuple[Keep, ...]:
    """Return the lines of a file.

    :raises BadRetention: a line is incomplete, contradicts itself, or keeps too short
    """
    try:
        raw = tomllib.loads(text)["keep"]
    except (tomllib.TOMLDecodeError, KeyError) as err:
        raise BadRetention(f"保存期限表读不出来：{err}") from err
    keeps = tuple(_keep(row) for row in raw)
    tables = {keep.table for keep in keeps}
    for keep in keeps:
        if keep.how == "with" and keep.follows not in tables:
            raise BadRetention(f"{keep.table}：没有“{keep.follows}”这张表")
    return keeps


def _keep(row: dict) -> Keep:
    name = str(row.get("table", "?"))
    if unknown := set(row) - _KEYS:
        raise BadRetention(f"{name}：没有这样的项目：{'、'.join(sorted(unknown))}")
    if missing := [key for key in sorted(_TEXTS) if not str(row.get(key, "")).strip()]:
        raise BadRetention(f"{name}：请写明 {'、'.join(missing)}")
    spans = [unit for unit in _SPANS if unit in row]
    keep = Keep(
        table=name,
        what=row["what"],
        how=row["how"],
        basis=row["basis"],
        length=row[spans[0]] if spans else 0,
        unit=spans[0] if spans else "",
        since=row.get("since", ""),
        when=row.get("when", ""),
        hold=row.get("hold", False),
        of=tuple(row.get("of", ())),
        ids=tuple(row.get("ids", ())),
        among=tuple(row.get("among", ())),
        erase=row.get("erase", ""),
        words=tuple(row.get("words", ())),
        codes=tuple(row.get("codes", ())),
        own=row.get("own", ""),
        follows=row.get("with", ""),
    )
    for fault, wrong in {
        "how 不对": keep.how not in HOW,
        "期限只能写一个": len(spans) > 1 or not isinstance(keep.length, int) or keep.length < 0,
        "到期要做的事须写期限和 since": keep.how in ("delete", "blank", "own")
        and not (keep.unit and keep.since),
        "blank 须写 words": keep.how == "blank" and not keep.words,
        "own 不对": (keep.how == "own") != (keep.own in OWN),
        "with 不对": (keep.how == "with") != bool(keep.follows),
        "when 不对": bool(keep.when) and keep.when not in WHEN,
        "写了 of 就要写 erase": bool(keep.of) != bool(keep.erase),
        "erase 不对": bool(keep.erase) and keep.erase not in ERASE,
        "hold 须写 of": keep.hold and not keep.of,
        "名称不对": not all(
            map(_NAME.fullmatch, (name, *keep.of, *keep.ids, *keep.among, *keep.words, *keep.codes))
        ),
        f"不得短于{LEAST_MONTHS.get(name, 0)}个月": (keep.unit != "months" and name in LEAST_MONTHS)
        or (keep.unit == "months" and keep.length < LEAST_MONTHS.get(name, 0)),
    }.items():
        if wrong:
            raise BadRetention(f"{name}：{fault}")
    return keep


def check(keeps: tuple[Keep, ...], metadata: sa.MetaData) -> None:
    """Refuse columns that a table does not have; tables that are not loaded here are left to the house test.

    :raises BadRetention: a column that is not there
    """
    for keep in keeps:
        if (table := metadata.tables.get(keep.table)) is None:
            continue
        named = {*keep.of, *keep.ids, *keep.among, *keep.words, *keep.codes}
        if keep.since and keep.since not in SINCE:
            named.add(keep.since)
        if missing := named - set(table.c.keys()):
            raise BadRetention(f"{keep.table}：没有这样的列：{'、'.join(sorted(missing))}")


@lru_cache(maxsize=4)
def load(file: Path = FILE) -> tuple[Keep, ...]:
    """Return the table in force.

    :raises BadRetention: see ``parse``
    """
    return parse(file.read_text(encoding="utf-8"))
