"""The clock and the worker as seen from outside."""

from __future__ import annotations

from marshmallow import fields

from jifen.web.schemas import Bool, Instant, Int, Schema, Str


class JobOut(Schema):
    """A job with its last run."""

    name = Str()
    words = Str()
    period = Str(allow_none=True)
    state = Str(allow_none=True, metadata={"enum": ["due", "running", "done", "failed", None]})
    due_at = Instant(allow_none=True)
    finished_at = Instant(allow_none=True)
    error = Str(allow_none=True)
    stuck = Bool()


class BoardOut(Schema):
    """What ran, what is due, what is stuck."""

    jobs = fields.List(fields.Nested(JobOut))
    heartbeats = fields.Dict(
        keys=Str(), values=Instant(), metadata={"description": "各后台进程最近一次在岗的时间"}
    )
    backlog = fields.Dict(keys=Str(), values=Int(), metadata={"description": "后台任务数，按状态"})
