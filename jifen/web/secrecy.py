"""The one warning (不得涉密) that stands wherever somebody may write freely or upload a file."""

from __future__ import annotations

#: On every door and in the API's description, in these words.
NO_SECRETS = "不得涉密：请不要写入或上传国家秘密、工作秘密，也不要写病情等私事。"
#: What fields are called in which people write freely, however short they are.
FREE_TEXT = frozenset(
    {"words", "reason", "reason_other", "reply", "evidence", "value", "explanation", "answer", "note"}
)
#: A text that may be as long is free, whatever its field is called.
LONG = 200
