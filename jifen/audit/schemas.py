"""The audit table as seen from outside: ids and codes, no names and no words."""

from __future__ import annotations

from jifen.web.schemas import Id, Instant, Int, PageIn, Schema, Str, page_of


class EntriesIn(PageIn):
    """Which acts to list."""

    subject = Str(least=1, most=24, load_default=None, metadata={"description": "对象的种类，例如 report"})
    subject_id = Id(load_default=None)


class AuditEntryOut(Schema):
    """Who did what to what, by which door."""

    id = Int()
    at = Instant()
    actor_member_id = Int(allow_none=True)
    actor_name = Str(metadata={"description": "系统或业务系统的名称；本人操作时为空"})
    door = Str()
    action = Str()
    subject = Str()
    subject_id = Int()
    codes = Str()


EntryPage = page_of(AuditEntryOut)
