"""What may become of a second look."""

from __future__ import annotations

#: (from, move): to. Nothing here changes a point: a correction is made by hand, with a second person.
MOVES = {
    ("waiting", "agree"): "agrees",
    ("waiting", "differ"): "differs",
    ("waiting", "moot"): "moot",
    ("differs", "keep"): "kept",
    ("differs", "correct"): "corrected",
}
WORDS = {
    "waiting": "待复看",
    "agrees": "一致",
    "differs": "有不同意见，待支部答复",
    "kept": "有不同意见，支部维持",
    "corrected": "有不同意见，支部已更正",
    "moot": "已冲正或更正，不用再看",
}
