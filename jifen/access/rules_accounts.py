"""Lengths, spans and bounds of accounts; plain values."""

from __future__ import annotations

import datetime as dt

#: A session ends after so long without a request, and after so long anyhow.
IDLE, LONGEST = dt.timedelta(hours=1), dt.timedelta(hours=12)
#: How exactly the last request is noted; saves a write a request.
SEEN_EVERY = dt.timedelta(minutes=1)
#: Posts for whom a code card is not enough: they keep the installation or stand above all departments.
NEEDS_TOTP = frozenset({"it", "security", "auditor", "wc_office", "wc_leader"})
#: Codes on a card.
CARD = 24
#: Failures that lock, the first lock, and the longest one: each further failure doubles it.
MOST_FAILURES, FIRST_LOCK, LONGEST_LOCK = 5, dt.timedelta(minutes=15), dt.timedelta(hours=4)
#: How long a browser counts as known after it signed in.
MACHINE_KNOWN = dt.timedelta(days=180)
#: Shortest and longest password.
SHORTEST, LONGEST_PASSWORD = 10, 128


def locked_for(failures: int) -> dt.timedelta | None:
    """Return for how long an account is locked after so many failures in a row, None while it is not."""
    if failures < MOST_FAILURES:
        return None
    return min(LONGEST_LOCK, FIRST_LOCK * 2 ** min(failures - MOST_FAILURES, 10))


#: Passwords that everybody tries first, folded to lower case.
# fmt: off
COMMON = frozenset({
    "1234567890", "0123456789", "12345678910", "123456789a", "a123456789", "1234567891", "9876543210",
    "0987654321", "1111111111", "0000000000", "1122334455", "1234512345", "5201314520", "1314520520",
    "qwertyuiop", "qwerty1234", "qwerty12345", "1q2w3e4r5t", "1qaz2wsx3edc", "q1w2e3r4t5", "asdfghjkl1",
    "asdfghjkl;", "zxcvbnm123", "abc1234567", "abcd123456", "abcdefghij", "password12", "password123",
    "password1234", "passw0rd123", "p@ssw0rd123", "woaini1314", "woaini5201314", "woaizhongguo",
    "iloveyou123", "admin12345", "admin123456", "administrator", "administrator1", "root123456",
    "jifen12345", "jifen123456", "dangyuan123", "dangjian123", "dangzhibu123", "jiguandangwei",
    "zhongguo123", "beijing2008", "wojiushiwo123",
})
# fmt: on


def weakness(password: str, *, number: str) -> str | None:
    """Return why a password cannot be taken, in words that say what to do; None when it can."""
    folded = password.casefold()
    if len(password) < SHORTEST:
        return f"密码至少{SHORTEST}个字符，可以是一句您记得住的话。"
    if len(password) > LONGEST_PASSWORD:
        return f"密码最多{LONGEST_PASSWORD}个字符。"
    if folded in COMMON or len(set(folded)) < 4:
        return "这个密码太常见，别人很容易猜到，请换一个。"
    if number and number in password and len(password) < len(number) + SHORTEST:
        return "密码里不要用您的编号，请换一个。"
    return None
