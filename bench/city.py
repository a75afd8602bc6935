"""A city of any size, made by the server itself: people, totals, counts, entries."""

from __future__ import annotations

from jifen.core import clock
from jifen.core.actor import system
from jifen.core.db import db, transaction
from jifen.core.settings import ROOT
from jifen.rulebook import service as rulebooks

BY = system("bench")
#: Members to a branch, branches to a department.
BRANCH, DEPARTMENT = 40, 50
#: Items of the default rulebook that the entries use, with the quantity of each.
ITEMS = ("A01", "A02", "A04", "B02", "B03", "D01", "D01", "D03")

_TREE = """
INSERT INTO unit (code, name, kind, path, since, names_shown)
VALUES ('W', '市直机关工委', 'work_committee', '/1/', '2020-01-01', false);
INSERT INTO unit (code, name, kind, parent_id, path, department_id, since, names_shown)
SELECT 'D' || d, '部门' || d, 'department', 1, '/1/' || (d + 1) || '/', d + 1, '2020-01-01', false
  FROM generate_series(1, {departments}) AS d;
INSERT INTO unit (code, name, kind, parent_id, path, department_id, since, names_shown)
SELECT 'B' || b, '支部' || b, 'branch', d, '/1/' || d || '/' || (b + 1 + {departments}) || '/', d, '2020-01-01', false
  FROM (SELECT b, (b - 1) / {per_department} + 2 AS d FROM generate_series(1, {branches}) AS b) AS t;
INSERT INTO member (number, name, name_pinyin, joined_precision, confirmed_precision, created_at)
SELECT lpad(m::text, 8, '0'), '党员' || m, 'dang yuan ' || m, 'd', 'd', now() FROM generate_series(1, {members}) AS m;
INSERT INTO membership (member_id, branch_id, category, since, reason)
SELECT m, (m - 1) / {per_branch} + 2 + {departments}, 'full_member', '2020-01-01', 'bench'
  FROM generate_series(1, {members}) AS m;
INSERT INTO post (member_id, unit_id, role, since)
SELECT (b - 1) * {per_branch} + 1, b + 1 + {departments}, 'branch_secretary', '2020-01-01'
  FROM generate_series(1, {branches}) AS b;
"""
_TOTALS = """
INSERT INTO standing (member_id, period, rulebook_id, branch_id, department_id, total, ranked, vetoed, scored_at)
SELECT s.member_id, '{period}', {rulebook}, s.branch_id, u.department_id,
       60 + (s.member_id * 7919 % 81) / 2.0, true, false, now()
  FROM membership s JOIN unit u ON u.id = s.branch_id;
INSERT INTO score_count (unit_id, rulebook_id, period, score, people)
SELECT unit, {rulebook}, '{period}', total, count(*)
  FROM (SELECT unnest(ARRAY[branch_id, department_id, 1]) AS unit, total FROM standing) AS s
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 4;
"""
_ENTRIES = """
INSERT INTO ledger_entry (member_id, branch_id, rulebook_code, item_code, quantity, excused, occurred_on, occasion,
                          source, source_id, revision, recorded_at)
SELECT s.member_id, s.branch_id, 'municipal-organs', (ARRAY[{items}])[1 + n % {kinds}], 1 + (n % 3) * (n % 2), false,
       DATE '{year}-01-01' + CAST((n * 11 + s.member_id * 3) % 320 AS int), 'n' || n, 'bench',
       s.member_id * 1000 + n, 1, now()
  FROM membership s, generate_series(1, {each}) AS n
 WHERE s.member_id BETWEEN {first} AND {last}
"""


def fill(members: int, *, entries: int = 0, lists: str = "quarter") -> None:
    """Make the city; ``entries`` facts a member, ``lists`` the cycle of its publicised lists.

    Totals are believable rather than those of the entries: only what is measured reads them.
    """
    branches = (members + BRANCH - 1) // BRANCH
    departments = (branches + DEPARTMENT - 1) // DEPARTMENT
    sizes = {
        "members": members,
        "branches": branches,
        "departments": departments,
        "per_branch": BRANCH,
        "per_department": DEPARTMENT,
    }
    _run(_TREE.format(**sizes))
    text = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
    text = text.replace('scope = "branch"\ncycle = "quarter"', f'scope = "branch"\ncycle = "{lists}"')
    book = rulebooks.load(text, by=BY)
    rulebooks.activate(book.id, by=BY)
    rulebooks.assign(1, book.code, since=clock.today().replace(month=1, day=1), by=BY)
    year = clock.today().year
    _run(_TOTALS.format(period=year, rulebook=book.id))
    step = 20_000
    for first in range(1, members + 1, step) if entries else ():
        items = ", ".join(f"'{code}'" for code in ITEMS)
        last = first + step - 1
        _run(_ENTRIES.format(items=items, kinds=len(ITEMS), year=year, each=entries, first=first, last=last))


def _run(script: str) -> None:
    with transaction() as session:
        for statement in filter(str.strip, script.split(";")):
            session.connection().exec_driver_sql(statement.replace("%", "%%"))
    db.session.remove()
