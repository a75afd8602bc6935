"""A year of activities: of every list that earned points there is the meeting or the service behind it.

Past ones are closed, with who came, how, and who was on leave; what is to come
is planned by the services, so that a visitor can sign up, wait and check in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from decimal import Decimal

import sqlalchemy as sa

from jifen.activities import planning, signing_up
from jifen.activities.models import Activity, Presence, SignUp
from jifen.activities.planning import Need, Rule
from jifen.activities.states import Way
from jifen.core import clock, workdays
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.demo.habits import SERVED_FOR

#: (item of the rulebook, kind, name, hour and minute of its beginning, minutes; 0: as many hours as served).
_KINDS = (
    ("A01", "members_meeting", "支部党员大会", "14:30", 90),
    ("A02", "theme_day", "主题党日", "15:00", 120),
    ("A03", "cell_meeting", "党小组会", "16:30", 60),
    ("A04", "lecture", "党课", "15:00", 90),
    ("A05", "life_meeting", "组织生活会", "14:30", 150),
    ("A06", "appraisal_meeting", "民主评议党员会议", "14:30", 120),
    ("D01", "volunteer", "", "09:00", 0),
)
_PLACES = ("三楼会议室", "党员活动室", "一楼报告厅", "滨河社区", "北门广场", "临江步道")
#: What was written down afterwards.
_MINUTES = (
    "集体学习近期重要文件，三位同志交流体会；讨论下月安排，一致同意。",
    "通报上月工作，听取意见两条，已请有关同志答复。",
    "按计划进行，现场有序，工具已归还社区。",
)
_VALUES = {
    "items": [k[0] for k in _KINDS],
    "kinds": [k[1] for k in _KINDS],
    "names": [k[2] for k in _KINDS],
    "begins": [k[3] for k in _KINDS],
    "lasts": [k[4] for k in _KINDS],
    "places": list(_PLACES),
    "words": list(_MINUTES),
    "served": list(SERVED_FOR),
}
# The number of a list is the number of its activity. Hashes of ids stand for chance: the same city each time.
_HELD = sa.text(
    """
    WITH list AS (
      SELECT e.source_id AS id, e.item_code AS item, e.occurred_on AS day,
             mode() WITHIN GROUP (ORDER BY e.branch_id) AS unit, max(e.quantity) AS hours,
             mode() WITHIN GROUP (ORDER BY e.decided_by) AS by, min(e.recorded_at) AS at
        FROM ledger_entry e
       WHERE e.source = 'roster' AND e.item_code = ANY(CAST(:items AS text[])) AND e.reverses_id IS NULL
       GROUP BY 1, 2, 3)
    INSERT INTO activity (id, unit_id, audience_id, kind, title, place, starts_at, ends_at, state, seed, minutes,
                          created_by, created_at, closed_by, closed_at)
    SELECT l.id, l.unit, l.unit, k.kind,
           CASE k.lasts WHEN 0 THEN (CAST(:served AS text[]))[1 + CAST(extract(month FROM l.day) AS int) % 3]
                ELSE extract(month FROM l.day) || '月' || k.name END,
           (CAST(:places AS text[]))[CASE k.lasts WHEN 0 THEN 4 ELSE 1 END + l.unit % 3],
           d.began, d.began + CASE k.lasts WHEN 0 THEN l.hours * interval '1 hour' ELSE k.lasts * interval '1 minute' END,
           'closed', decode(md5('demo' || l.id), 'hex'),
           (CAST(:words AS text[]))[CASE k.lasts WHEN 0 THEN 3 ELSE 1 + l.id % 2 END],
           l.by, d.began - interval '7 days', l.by, l.at
      FROM list l
      JOIN unnest(CAST(:items AS text[]), CAST(:kinds AS text[]), CAST(:names AS text[]), CAST(:begins AS time[]),
                  CAST(:lasts AS int[])) AS k (item, kind, name, begins, lasts) ON k.item = l.item
     CROSS JOIN LATERAL (SELECT (l.day + k.begins) AT TIME ZONE 'Asia/Shanghai' AS began) AS d
    """
)
# Who earned the points was there; who was not, and belonged, was on leave.
_CAME = sa.text(
    """
    INSERT INTO presence (activity_id, member_id, in_at, in_way, out_at, out_way, outcome, confirmed_by, confirmed_at)
    SELECT a.id, e.member_id,
           a.starts_at - interval '1 minute' * (3 + (e.id * 7) % 20),
           (ARRAY['scan', 'scan', 'digits', 'roster'])[1 + (e.id * 5) % 4],
           CASE WHEN a.kind = 'volunteer' THEN a.ends_at END,
           CASE WHEN a.kind = 'volunteer' THEN (ARRAY['scan', 'digits', 'roster'])[1 + (e.id * 5) % 3] END,
           'attended', e.decided_by, e.recorded_at
      FROM ledger_entry e JOIN activity a ON a.id = e.source_id
     WHERE e.source = 'roster' AND e.item_code = ANY(CAST(:items AS text[])) AND e.reverses_id IS NULL
    """
)
_ON_LEAVE = sa.text(
    """
    INSERT INTO presence (activity_id, member_id, outcome, reason, confirmed_by, confirmed_at)
    SELECT a.id, s.member_id, 'on_leave', (ARRAY['duty', 'duty', 'study', 'vacation', 'private'])[1 + (s.id + a.id) % 5],
           a.closed_by, a.closed_at
      FROM activity a
      JOIN membership s ON s.branch_id = a.unit_id AND s.since <= a.starts_at::date
       AND (s.until IS NULL OR s.until > a.starts_at::date) AND s.category IN ('full_member', 'probationary_member')
     WHERE a.kind <> 'volunteer' AND s.member_id <> a.closed_by
       AND NOT EXISTS (SELECT FROM exemption x WHERE x.member_id = s.member_id)
    ON CONFLICT DO NOTHING
    """
)
_SIGNED_UP = sa.text(
    """
    INSERT INTO sign_up (activity_id, member_id, state, position, signed_at, door)
    SELECT p.activity_id, p.member_id, 'joined', row_number() OVER (PARTITION BY p.activity_id ORDER BY p.id),
           a.starts_at - interval '1 hour' * (20 + p.id % 90), (ARRAY['wechat', 'phone', 'console'])[1 + p.id % 3]
      FROM presence p JOIN activity a ON a.id = p.activity_id WHERE a.kind = 'volunteer'
    """
)
# The committee meets in the first days of each month; it earns nothing, so no list speaks of it.
_COMMITTEES = sa.text(
    """
    WITH met AS (
      INSERT INTO activity (unit_id, audience_id, kind, title, place, starts_at, ends_at, state, seed, minutes,
                            created_by, created_at, closed_by, closed_at)
      SELECT u.id, u.id, 'committee_meeting', extract(month FROM m) || '月支委会', '党员活动室', d.began,
             d.began + interval '1 hour', 'closed', decode(md5('demo' || u.id || m), 'hex'),
             (CAST(:words AS text[]))[2], p.member_id, d.began - interval '3 days', p.member_id,
             d.began + interval '2 hours'
        FROM unit u
        JOIN LATERAL (SELECT member_id FROM post WHERE unit_id = u.id AND role = 'branch_secretary'
                         AND since <= :since AND until IS NULL ORDER BY member_id LIMIT 1) p ON true
       CROSS JOIN generate_series(date_trunc('month', CAST(:since AS timestamp)) + interval '1 month',
                                  CAST(:today AS timestamp), interval '1 month') AS m
       CROSS JOIN LATERAL (SELECT (m + (1 + u.id % 4) * interval '1 day' + time '09:30')
                                  AT TIME ZONE 'Asia/Shanghai' AS began) AS d
       WHERE u.kind = 'branch' AND d.began < CAST(:now AS timestamptz) - interval '2 days'
      RETURNING id, unit_id, starts_at, closed_by, closed_at)
    INSERT INTO presence (activity_id, member_id, in_at, in_way, outcome, confirmed_by, confirmed_at)
    SELECT DISTINCT ON (met.id, p.member_id) met.id, p.member_id, met.starts_at - interval '4 minutes', 'roster',
           'attended', met.closed_by, met.closed_at
      FROM met JOIN post p ON p.unit_id = met.unit_id AND p.since <= met.starts_at::date
       AND (p.until IS NULL OR p.until > met.starts_at::date)
       AND p.role IN ('branch_secretary', 'deputy_secretary', 'branch_committee')
    """
)


def write(since: dt.date) -> None:
    """Write the activities behind the year's lists; inside the load's transaction.

    :param since: the first day of the year that the demo tells about
    """
    db.session.execute(_HELD, _VALUES)
    db.session.execute(
        sa.text("SELECT setval('activity_id_seq', (SELECT greatest(max(id), 1) FROM activity))")
    )
    for statement in (_CAME, _ON_LEAVE, _SIGNED_UP):
        db.session.execute(statement, _VALUES)
    times = {"since": since, "today": clock.today(), "now": clock.now()}
    db.session.execute(_COMMITTEES, _VALUES | times)


def of_the_branch(people: dict[str, Actor], *, by: Actor, office: Actor) -> None:
    """Let the showcase branch have something to come, with a waiting list, and something of yesterday to close.

    :param people: its members by name
    :param by: who organises there
    :param office: who organises for the whole department
    """
    branch, today = people["孙志远"].branch_id, clock.today()
    assert branch is not None, "he belongs to the branch"
    start = clock.at(workdays.add(today, 4), 9)
    project = Need(
        unit_id=branch,
        kind="volunteer",
        title="临江步道清洁",
        place="临江步道北门",
        starts_at=start,
        ends_at=start + dt.timedelta(hours=2),
        capacity=3,
    )
    made = planning.plan(project, by=by)
    for name in ("孙志远", "何雨桐", "马国栋", "陈思远"):
        signing_up.join(made.id, by=people[name])
    course = replace(
        project,
        unit_id=office.holdings[0].unit_id,
        kind="training",
        title="党务干部培训",
        place="一楼报告厅",
        starts_at=start + dt.timedelta(days=7),
        ends_at=start + dt.timedelta(days=7, hours=8),
        capacity=None,
        class_hours=Decimal(8),
    )
    planning.plan(course, by=office)
    first = Rule(every_months=1, nth=2, weekday=4, start_minute=15 * 60, minutes=120, since=today)
    planning.repeat(
        replace(project, kind="theme_day", title="主题党日", place="党员活动室", capacity=None), first, by=by
    )
    _yesterday(people, replace(project, title="老城区文明交通劝导", place="北门广场"), by=by)


def _yesterday(people: dict[str, Actor], need: Need, *, by: Actor) -> None:
    """Let a project of the last working day wait for its closing: three came and went, one forgot to check out."""
    start = clock.at(workdays.before(clock.today(), 1), 14)
    ends_at = start + dt.timedelta(minutes=150)
    assert by.member_id is not None, "an organiser is a member"
    act = Activity(
        unit_id=need.unit_id,
        audience_id=need.unit_id,
        kind=need.kind,
        title=need.title,
        place=need.place,
        starts_at=start,
        ends_at=ends_at,
        capacity=6,
        seed=hashlib.md5(b"demo", usedforsecurity=False).digest(),
        created_by=by.member_id,
        created_at=start - dt.timedelta(days=5),
    )
    db.session.add(act)
    db.session.flush()  # its id
    came = (
        ("孙志远", Way.SCAN, Way.SCAN),
        ("何雨桐", Way.SCAN, Way.DIGITS),
        ("董立新", Way.ROSTER, Way.ROSTER),
        ("许静", Way.DIGITS, Way.ASSUMED),
    )
    for n, (name, in_way, out_way) in enumerate(came, 1):
        who = {"activity_id": act.id, "member_id": people[name].member_id}
        door = "console" if in_way == Way.ROSTER else "wechat"
        db.session.add(SignUp(**who, position=n, signed_at=start - dt.timedelta(days=n), door=door))
        in_at = start - dt.timedelta(minutes=2 * n)
        db.session.add(Presence(**who, in_at=in_at, in_way=in_way, out_at=ends_at, out_way=out_way))
    db.session.flush()
