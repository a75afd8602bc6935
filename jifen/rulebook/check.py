"""What stands in the way of a rulebook (``rules check``): form, arithmetic, policy.

Pure: a text in, findings out. The form is the loader's; where it does not
hold, only its faults are told, since nothing else can be trusted yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from jifen.rulebook import check_bands, check_caps, check_items, check_policy, check_reach
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.faults import Fault, RulebookFaults
from jifen.rulebook.loader import MAX_BYTES, load_text

#: Severities that a version may not be activated with, whatever anybody decided.
BLOCKING = frozenset({"error", "forbidden"})


def findings(text: str, *, name: str = "rulebook.toml") -> list[Fault]:
    """Return all findings in a rulebook's text, by line.

    ``error`` and ``forbidden`` (with its ``clause``) can never be activated,
    ``risky`` needs a recorded decision, ``warning`` is worth a look. A line
    that is switched off (``off``) is not judged.

    :param name: what messages call the file
    """
    if len(text) > MAX_BYTES:
        return [Fault(0, "too_big", "内容超过 1 MB，不像规则文件。", "请核对是否选错了文件。")]
    try:
        book = load_text(text, name=name)
    except RulebookFaults as refused:
        return list(refused.faults)
    return of_book(book)


def of_book(book: Rulebook) -> list[Fault]:
    """Return what is to be said about a rulebook whose form holds."""
    return sorted(set(_all(book)))


def _all(book: Rulebook) -> Iterator[Fault]:
    return chain(
        check_bands.findings(book),
        check_caps.findings(book),
        check_reach.findings(book),
        check_items.findings(book),
        check_policy.findings(book),
    )
