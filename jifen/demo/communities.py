"""双报到 of a year: who reported to a community is registered there, and every wish fulfilled was asked for by one."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.volunteering import community, registering

#: (street, community), invented.
_PLACES = (
    ("滨河街道", "柳荫社区"),
    ("滨河街道", "沿江社区"),
    ("城东街道", "书院社区"),
    ("城东街道", "茶园社区"),
    ("城西街道", "梧桐社区"),
    ("城西街道", "百花社区"),
    ("南桥街道", "钟楼社区"),
    ("南桥街道", "桂园社区"),
)
_SKILLS = ("修水电", "辅导作业", "写春联", "法律咨询", "组织活动", "陪老人聊天", "")
_WISHES = (
    "给独居老人送取暖器",
    "帮孩子配一套课外书",
    "为老人修好热水器",
    "陪老人做一次体检",
    "给棋牌室添两副象棋",
)
_FOUNDED = sa.text(
    """
    INSERT INTO community (street, name)
    SELECT * FROM unnest(CAST(:streets AS text[]), CAST(:names AS text[])) ON CONFLICT DO NOTHING
    """
)
_REGISTERED = sa.text(
    """
    INSERT INTO community_registration (member_id, community_id, skills, since, confirmed_at, door)
    SELECT e.member_id, c.id, (CAST(:skills AS text[]))[1 + e.member_id % cardinality(CAST(:skills AS text[]))],
           min(e.occurred_on), min(e.recorded_at), 'wechat'
      FROM ledger_entry e JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS of
                                  FROM community) c ON c.n = e.member_id % c.of
     WHERE e.item_code = 'D02' AND e.reverses_id IS NULL
       AND NOT EXISTS (SELECT FROM ledger_entry x WHERE x.reverses_id = e.id)
     GROUP BY e.member_id, c.id
    """
)
# A list of the year stands behind each wish that earned points: asked for, taken on, confirmed.
_FULFILLED = sa.text(
    """
    WITH wish AS MATERIALIZED (
      SELECT nextval(pg_get_serial_sequence('community_need', 'id')) AS id, e.member_id, e.occurred_on, e.recorded_at,
             e.decided_by, c.id AS community_id, 1 + e.id % cardinality(CAST(:wishes AS text[])) AS n,
             (e.occurred_on - 20 + time '10:00') AT TIME ZONE 'Asia/Shanghai' AS asked_at
        FROM ledger_entry e JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS of
                                    FROM community) c ON c.n = e.id % c.of
       WHERE e.item_code = 'D04' AND e.reverses_id IS NULL AND e.decided_by <> e.member_id
         AND NOT EXISTS (SELECT FROM ledger_entry x WHERE x.reverses_id = e.id)
       ORDER BY e.id),
    asked AS (
      INSERT INTO community_need (id, community_id, kind, title, wanted, due_on, entered_by, entered_at)
      SELECT id, community_id, 'wish', (CAST(:wishes AS text[]))[n], 1, occurred_on + 10, decided_by, asked_at FROM wish)
    INSERT INTO need_claim (need_id, member_id, state, claimed_at, done_on, said, confirmed_by, confirmed_at)
    SELECT id, member_id, 'confirmed', asked_at + interval '2 days', occurred_on,
           (ARRAY['good', 'good', 'good', 'fair'])[1 + id % 4], decided_by, recorded_at
      FROM wish
    """
)


def write() -> None:
    """Write the communities behind the year's facts; inside the load's transaction."""
    streets, names = zip(*_PLACES, strict=True)
    db.session.execute(_FOUNDED, {"streets": list(streets), "names": list(names)})
    db.session.execute(_REGISTERED, {"skills": list(_SKILLS)})
    db.session.execute(_FULFILLED, {"wishes": list(_WISHES)})


def at_the_community(keeper: Actor, neighbour: Actor) -> None:
    """Let a community ask for this and that, and one of the branch take a wish on."""
    today = clock.today()
    place = community.found("滨河街道", "临江社区", by=keeper)
    other = community.found("滨河街道", "柳林社区", by=keeper)
    registering.register(place.id, skills="修水电", by=neighbour)
    soon = today + dt.timedelta(days=30)
    wish = community.ask_for(place.id, "给独居老人换一盏灯", kind="wish", wanted=1, due_on=soon, by=keeper)
    community.ask_for(place.id, "周末楼道清理", kind="need", wanted=8, due_on=soon, by=keeper)
    community.ask_for(other.id, "周末儿童书法课", kind="need", wanted=2, due_on=soon, by=keeper)
    community.claim(wish.id, by=neighbour)
