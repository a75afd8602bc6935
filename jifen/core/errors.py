"""Refusals: a code for machines, a sentence for people, data for both.

Every sentence here is read by members, so it is plain Chinese and says what
to do next. Rooms add their own subclasses beside the rules they protect.
"""

from __future__ import annotations

from typing import Any, ClassVar

from jifen.core import days


class DomainError(Exception):
    """A refusal that the person may read; doors render it in one place each."""

    code: ClassVar[str] = "domain_error"
    http_status: ClassVar[int] = 400
    template: ClassVar[str] = "这一步没有完成，请稍后再试。"
    #: Whether what was written before the refusal stands: a counted failure must outlive it.
    lasting: ClassVar[bool] = False

    def __init__(self, **data: Any) -> None:
        self.data = data
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """The Chinese sentence, filled with this refusal's data; days are said as people say them."""
        return days.filled(self.template, self.data)


class NotFound(DomainError):
    """No such thing, or one the asker may not even see: the same answer, no leak."""

    code, http_status, template = "not_found", 404, "没有找到{what}，请核对编号后再试。"


class Forbidden(DomainError):
    """The asker may see it but may not do this to it."""

    code, http_status, template = "forbidden", 403, "您没有“{action}”的权限，请联系所在党支部。"


class Unauthorized(DomainError):
    """Nobody is named: sign in or bring a token."""

    code, http_status, template = "unauthorized", 401, "请先登录或出示有效的访问令牌。"


class Conflict(DomainError):
    """The request meets a state that has moved on."""

    code, http_status, template = "conflict", 409, "情况已有变化，请刷新后再试。"


class Invalid(DomainError):
    """A value that cannot be accepted; ``reason`` says why and what to do."""

    code, http_status, template = "invalid", 422, "{reason}"


class TooMany(DomainError):
    """A rate limit; waiting helps."""

    code, http_status, template = "too_many", 429, "操作太频繁，请过{wait}再试。"
