"""The shipped rulebooks: they load, say where they come from, and score as was worked by hand."""

from __future__ import annotations

from pathlib import Path

from jifen.rulebook.engine.book import Feeder
from jifen.rulebook.loader import load_file

SHIPPED = Path(__file__).parents[2] / "config" / "rulebooks"
DEFAULT = SHIPPED / "municipal-organs.toml"


def test_the_default_rulebook_keeps_its_promises():
    book = load_file(DEFAULT)

    assert (book.key, book.status, book.subject) == ("municipal-organs@2026.1", "scheme", "member")
    for item in book.items.values():
        assert item.clause and item.basis, item.code
        assert not item.off and not item.risk_decision, item.code
        # Material is asked for honours only; a deduction needs a person's decision.
        assert (item.evidence is not None) == (item.category == "E"), item.code
        assert (item.category == "F") == (item.feeders == {Feeder.MANUAL} and item.code != "C04"), item.code
        # What members type in the chat finds one item only.
        assert item.words, item.code
    words = [word for item in book.items.values() for word in item.words]
    assert len(words) == len(set(words))
