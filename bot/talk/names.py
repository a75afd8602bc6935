"""Items by what people call them, with the slips of fingers and input methods."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from pypinyin import lazy_pinyin

CONFIG = Path(__file__).parents[2] / "config" / "talk.toml"
#: How far apart two guesses must be for the better one to be taken without asking.
MARGIN = Decimal("0.1")
_EXACT, _ALIAS, _SOUND, _SLIP, _DOUBT = (
    Decimal(1),
    Decimal("0.9"),
    Decimal("0.8"),
    Decimal("0.7"),
    Decimal("0.65"),
)
#: From here on a deed was told, not only something that sounds like one.
TOLD = _DOUBT
#: What many hear and type as one sound.
_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@dataclass(frozen=True, slots=True)
class Known:
    """An item that may be meant."""

    code: str
    name: str
    unit: str
    words: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    least: Decimal = Decimal(1)
    most: Decimal | None = None
    step: Decimal = Decimal(1)
    #: On what the item asks for a document or certificate; None where it asks for nothing.
    evidence: str | None = None
    #: Whether a member reports it himself; the others he is told about.
    reported: bool = True


@dataclass(frozen=True, slots=True)
class Guess:
    """An item that a text may mean, and how surely: 1 by its own name or code, less by another."""

    code: str
    score: Decimal
    start: int
    end: int
    #: The rulebook has no line for it; this one comes nearest and is only asked about.
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What people call things: config/talk.toml."""

    aliases: Mapping[str, tuple[str, ...]]
    #: By alias: the item that is asked about where the rulebook has none of its own.
    near: Mapping[str, str]
    levels: Mapping[str, tuple[str, ...]]
    #: By word: what must stand with it for the word to be sure: 走访 of people, not of firms.
    company: Mapping[str, tuple[str, ...]]
    #: Words in an item's name that say what must have come of it, and how people say that it did.
    results: Mapping[str, tuple[str, ...]]


@cache
def vocabulary() -> Vocabulary:
    """Return the colloquial words, read once."""
    data = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    return Vocabulary(
        {row["of"]: tuple(row["say"]) for row in data["alias"]},
        {row["of"]: row["near"] for row in data["alias"] if "near" in row},
        {level: tuple(said) for level, said in data["levels"].items()},
        {row["word"]: tuple(row["with"]) for row in data["company"]},
        {row["of"]: tuple(row["say"]) for row in data["result"]},
    )


def guesses(text: str, items: Sequence[Known]) -> list[Guess]:
    """Return the items that a text may mean, the likeliest first; blanks in it say nothing.

    A name inside a longer name of another item (党课 in 微党课) is not a mention of its own.
    """
    upper = text.upper()
    if len(upper) != len(text):
        upper = text
    places = [at for at, letter in enumerate(upper) if not letter.isspace()]
    text = "".join(upper[at] for at in places)
    sounds = _sounds(text)
    held = {
        of
        for of in vocabulary().aliases
        if any(of in word for item in items for word in (item.name, *item.words))
    }
    found: dict[tuple[str, bool], Guess] = {}
    for item in items:
        for guess in _mentions(text, sounds, item, held):
            best = found.get((item.code, guess.doubt))
            if best is None or (guess.score, guess.end - guess.start) > (best.score, best.end - best.start):
                found[item.code, guess.doubt] = guess
    own = [replace(one, start=places[one.start], end=places[one.end - 1] + 1) for one in found.values()]
    kept = [one for one in own if not any(_inside(one, other) for other in own)]
    return sorted(kept, key=lambda one: (-one.score, one.start - one.end, one.code))


def _inside(one: Guess, other: Guess) -> bool:
    return (
        other.start <= one.start
        and one.end <= other.end
        and other.end - other.start > one.end - one.start
        and other.score >= one.score
    )


def _mentions(text: str, sounds: tuple[str, ...], item: Known, held: Set[str]):
    if m := re.search(rf"(?<![A-Z0-9]){re.escape(item.code.upper())}(?![A-Z0-9])", text):
        yield Guess(item.code, _EXACT, m.start(), m.end())
    own = tuple("".join(word.upper().split()) for word in (item.name, *item.words))
    aliases = [
        said for of, words in vocabulary().aliases.items() if any(of in w for w in own) for said in words
    ]
    for word in own:
        at = text.find(word)
        if at >= 0:
            sure = _in_company(word, text)
            yield Guess(item.code, _EXACT if sure else _DOUBT, at, at + len(word), doubt=not sure)
        elif len(word) >= 2:
            yield from _nearly(text, sounds, word, item.code)
    for of, near in vocabulary().near.items():
        if of not in held and any(near in word for word in own):
            for said in vocabulary().aliases[of]:
                if m := _pattern(said).search(text):
                    yield Guess(item.code, _DOUBT, m.start(), m.end(), doubt=True)
    for said in aliases:
        m = _pattern(said).search(text)
        if m:
            sure = _in_company(said, text)
            yield Guess(item.code, _ALIAS if sure else _DOUBT, m.start(), m.end(), doubt=not sure)
        elif "…" not in said and len(said) >= 3:
            yield from _nearly(text, sounds, said, item.code)


def _in_company(word: str, text: str) -> bool:
    """Return whether a word means the item for sure in this text; most words do in any."""
    wanted = vocabulary().company.get(word)
    return wanted is None or any(one in text for one in wanted)


@cache
def _pattern(said: str) -> re.Pattern[str]:
    return re.compile(".{0,8}?".join(re.escape(part) for part in said.split("…")))


def _nearly(text: str, sounds: tuple[str, ...], word: str, code: str):
    """Find a word that sounds the same, or with one of four or more letters wrong or missing."""
    size = len(word)
    wanted = _sounds_of(word)
    for at in range(len(text) - size + 1):
        there = text[at : at + size]
        same = sum(a == b for a, b in zip(there, word, strict=True))
        if same and sounds[at : at + size] == wanted and (size >= 3 or there[0] != word[0] or _rare(there)):
            yield Guess(code, _SOUND, at, at + size)
        elif size >= 4 and same == size - 1:
            yield Guess(code, _SLIP, at, at + size)
    if size >= 4:
        for n in range(size):
            short = word[:n] + word[n + 1 :]
            if (at := text.find(short)) >= 0 and len(short) >= 3:
                yield Guess(code, _SLIP, at, at + len(short))


def _rare(there: str) -> bool:
    """Return whether two letters that sound like a word are no word that everybody uses."""
    return there not in ("自己", "心的", "报道", "新得")


@cache
def _sounds_of(word: str) -> tuple[str, ...]:
    return _sounds(word)


def _sounds(text: str) -> tuple[str, ...]:
    """Return one sound a character; what is no Chinese character is its own."""
    return tuple(_sound(one) for one in lazy_pinyin(text, errors=lambda run: list(run)))  # type: ignore[arg-type,return-value]


def _sound(syllable: str) -> str:
    for wide, narrow in _SOUNDS:
        syllable = syllable.replace(wide, narrow)
    return syllable


def level_in(text: str, levels: Sequence[str]) -> str | None:
    """Return the level that a text names, None where none or several fit."""
    own = [level for level in levels if level in text]
    if own:
        return max(own, key=len)
    said = vocabulary().levels
    named = [level for level in levels if any(word in text for word in said.get(level, ()))]
    return named[0] if len(named) == 1 else None
