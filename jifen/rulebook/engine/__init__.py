"""The pure engine: facts and a rulebook in, an explained score out. No database, no clock.

See :mod:`jifen.rulebook.engine.fold` for the order of evaluation.
"""

from jifen.rulebook.engine.admit import refusal
from jifen.rulebook.engine.deeds import occasion
from jifen.rulebook.engine.facts import Exemption, Fact, Held, Lot, Opening, Subject, live
from jifen.rulebook.engine.fold import score
from jifen.rulebook.engine.sheet import ScoreSheet, TraceLine

__all__ = [
    "Exemption",
    "Fact",
    "Held",
    "Lot",
    "Opening",
    "ScoreSheet",
    "Subject",
    "TraceLine",
    "live",
    "occasion",
    "refusal",
    "score",
]
