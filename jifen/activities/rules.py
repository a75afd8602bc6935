"""Arithmetic of activities on plain values: codes, windows, days of a series, how somebody ended."""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import hmac
import math
from collections.abc import Iterator
from dataclasses import dataclass

#: Seconds for which one picture on the organiser's screen stands.
QR_SECONDS = 30
#: Seconds for which six digits stand.
DIGITS_SECONDS = 300
#: Older codes that still count: the present one and the one before it.
STEPS_BACK = 1
#: How long the signed moment of a tap waits for a network.
RETRY = dt.timedelta(minutes=10)
#: A telephone's clock may be ahead of ours by so much.
SKEW = dt.timedelta(minutes=2)


def digits(seed: bytes, purpose: str, at: dt.datetime) -> str:
    """Return the six digits that the organiser says aloud at that moment."""
    return _digits(seed, purpose, _step(at, DIGITS_SECONDS))


def digits_match(seed: bytes, purpose: str, typed: str, at: dt.datetime) -> bool:
    """Return whether ``typed`` are the digits of that moment or of the step before."""
    step = _step(at, DIGITS_SECONDS)
    return any(
        hmac.compare_digest(_digits(seed, purpose, step - n).encode(), typed.encode())
        for n in range(STEPS_BACK + 1)
    )


def qr(activity_id: int, seed: bytes, purpose: str, at: dt.datetime) -> str:
    """Return what the picture on the organiser's screen holds: ``42-in-58912345-k3…``."""
    return qr_of(activity_id, seed, purpose, step_of(at))


def qr_of(activity_id: int, seed: bytes, purpose: str, step: int) -> str:
    """Return what the picture of one half minute holds."""
    return f"{activity_id}-{purpose}-{step}-{_mac(seed, f'qr {purpose} {step}')}"


def step_of(at: dt.datetime) -> int:
    """Return the half minute of a moment, counted from 1970."""
    return _step(at, QR_SECONDS)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A picture taken apart; nothing of it is proved yet."""

    activity_id: int
    purpose: str
    step: int
    mac: str


def read_qr(text: str) -> Scanned | None:
    """Take a scanned text apart; None where it is none of ours."""
    parts = text.rsplit("/", 1)[-1].split("-")
    if len(parts) != 4 or parts[1] not in ("in", "out") or len(parts[3]) != 20:
        return None
    if not (parts[0].isascii() and parts[0].isdigit() and parts[2].isascii() and parts[2].isdigit()):
        return None
    if len(parts[0]) > 18 or len(parts[2]) > 12:
        return None
    return Scanned(int(parts[0]), parts[1], int(parts[2]), parts[3])


def qr_match(scanned: Scanned, seed: bytes, at: dt.datetime) -> bool:
    """Return whether the picture is ours and of that moment or of the step before."""
    ours = _mac(seed, f"qr {scanned.purpose} {scanned.step}")
    fresh = 0 <= _step(at, QR_SECONDS) - scanned.step <= STEPS_BACK
    return hmac.compare_digest(ours.encode(), scanned.mac.encode()) and fresh


def _step(at: dt.datetime, seconds: int) -> int:
    return int(at.timestamp()) // seconds


def _mac(seed: bytes, text: str) -> str:
    return hmac.new(seed, text.encode(), hashlib.sha256).hexdigest()[:20]


def _digits(seed: bytes, purpose: str, step: int) -> str:
    made = hmac.new(seed, f"digits {purpose} {step}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8]) % 1_000_000:06}"


def moment(told: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """Return the moment that counts for a tap told late; None where it is too old or to come.

    :param told: the moment that our own signature, or WeChat's, vouches for
    """
    return min(told, now) if now - RETRY <= told <= now + SKEW else None


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> dt.date:
    """Return the ``nth`` such weekday of a month; -1 the last, 0 Monday."""
    first, length = calendar.monthrange(year, month)
    if nth == -1:
        last = (first + length - 1) % 7
        return dt.date(year, month, length - (last - weekday) % 7)
    return dt.date(year, month, 1 + (weekday - first) % 7 + (nth - 1) * 7)


def days_of_series(
    *,
    every_months: int,
    nth: int,
    weekday: int,
    since: dt.date,
    until: dt.date | None,
    first: dt.date,
    last: dt.date,
) -> Iterator[dt.date]:
    """Yield the days of a series from ``first`` to ``last``, both included."""
    start = since.year * 12 + since.month - 1
    at = start
    while True:
        year, month = divmod(at, 12)
        day = nth_weekday(year, month + 1, nth, weekday)
        if day > last or (until is not None and day >= until):
            return
        if day >= max(first, since):
            yield day
        at += every_months


def ended(
    *,
    in_at: dt.datetime | None,
    out_at: dt.datetime | None,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    late_after: int,
    early_before: int,
) -> str:
    """Return how somebody ended by when he came and went: attended, late, left_early or absent.

    Late beats early where both are true: the meeting is told of the first thing that happened.
    """
    if in_at is None:
        return "absent"
    if in_at > starts_at + dt.timedelta(minutes=late_after):
        return "late"
    if out_at is not None and out_at < ends_at - dt.timedelta(minutes=early_before):
        return "left_early"
    return "attended"


#: Half axis in metres and flattening of the ellipsoid that China's maps are shifted on.
_AXIS, _FLAT = 6_378_245.0, 0.00669342162296594323
#: Where maps are shifted, roughly: degrees of latitude, of longitude.
_SHIFTED = ((0.8293, 55.8271), (72.004, 137.8347))


def off_the_map(lat: float, lon: float) -> tuple[float, float]:
    """Return the degrees that a satellite tells (WGS-84) for those of a Chinese map (GCJ-02).

    A place sent in a chat is the map's; what a browser tells is the satellite's. They lie
    up to 700 m apart, further than any fence.
    """
    (south, north), (west, east) = _SHIFTED
    if not (south <= lat <= north and west <= lon <= east):
        return lat, lon
    found = (lat, lon)
    for _ in range(
        4
    ):  # the shift itself hardly changes over its own length: four steps come below a centimetre
        there = _on_the_map(*found)
        found = (found[0] + lat - there[0], found[1] + lon - there[1])
    return found


def _on_the_map(lat: float, lon: float) -> tuple[float, float]:
    x, y = lon - 105, lat - 35
    waves = 20 * (math.sin(6 * x * math.pi) + math.sin(2 * x * math.pi))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (waves + 20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y / 30 * math.pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (waves + 20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    radians = math.radians(lat)
    curve = 1 - _FLAT * math.sin(radians) ** 2
    return (
        lat + math.degrees(north * curve**1.5 / (_AXIS * (1 - _FLAT))),
        lon + math.degrees(east * curve**0.5 / (_AXIS * math.cos(radians))),
    )
