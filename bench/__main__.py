"""``make bench [KEYS=a,b]``: measure and write bench.json; what is measured stays when a run is broken off."""

from __future__ import annotations

import sys

from bench import (
    bots,
    certificates,
    checkins,
    imports,
    pages,
    periods,
    posting,
    rank,
    reminders,
    rescore,
    storm,
)
from bench.base import keep

KEYS = {
    "bot_vs_echo": bots.bot_vs_echo,
    "bot_effect_vs_echo": bots.bot_effect_vs_echo,
    "callback_p99": storm.callback_p99,
    "callback_storm": storm.callback_storm,
    "callback_hostile": storm.callback_hostile,
    "check_in_p99": checkins.check_in_p99,
    "rank_growth": rank.rank_growth,
    "post_vs_raw": posting.post_vs_raw,
    "rescore_vs_read": rescore.rescore_vs_read,
    "import_vs_read": imports.import_vs_read,
    "reminders": reminders.reminders,
    "close_month": periods.close_month,
    "explain_ms": periods.explain_ms,
    "page_kb": pages.page_kb,
    "certificate_2000": certificates.certificate_2000,
}


def main() -> None:
    """Measure the keys named on the command line, all of them if none is."""
    asked = [k for arg in sys.argv[1:] for k in arg.split(",") if k] or list(KEYS)
    unknown = [k for k in asked if k not in KEYS]
    if unknown:
        sys.exit(f"没有这样的测量项：{'、'.join(unknown)}。可以选：{'、'.join(KEYS)}。")
    for key in asked:
        print(f"{key} …", flush=True)
        found = KEYS[key]()
        keep(key, found)
        mark = "达到" if found["met"] else "未达到"
        print(f"{key}: {found['value']} {found['unit']}（目标 {found['aim']}，{mark}）", flush=True)


if __name__ == "__main__":
    main()
