"""Write the figures of bench.json into both READMEs: ``python docs/figures.py``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
#: File -> headings and the words for an aim that is met or missed.
READMES = {
    "README.md": (("key", "measured", "aim", "", "how"), ("met", "missed")),
    "README.zh-CN.md": (("项", "实测", "目标", "", "怎么量的"), ("达到", "未达到")),
}
#: Where less is better.
AT_MOST = {
    *("rank_growth", "rescore_vs_read", "import_vs_read", "page_kb"),
    *("close_month", "explain_ms", "callback_p99", "callback_hostile", "check_in_p99"),
    "callback_storm",
    "certificate_2000",
}


def table(figures: dict[str, Any], headings: tuple[str, ...], words: tuple[str, str]) -> str:
    """Return the figures as a Markdown table; a part measured beside another has a row of its own."""
    rows = [headings, ("---",) * len(headings)]
    for key, found in figures.items():
        parts = [(f"`{key}`", found, found["how"])]
        parts += [
            (f"`{key}` {name}", part, "")
            for name, part in found.items()
            if isinstance(part, dict) and "aim" in part
        ]
        for name, part, how in parts:
            less = key in AT_MOST
            met = part["value"] <= part["aim"] if less else part["value"] >= part["aim"]
            aim = f"{'≤' if less else '≥'} {part['aim']:g}"
            rows.append((name, f"{part['value']:g}", aim, words[0] if met else words[1], how))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main() -> None:
    """Replace what stands between the marks."""
    figures = json.loads((TOP / "bench.json").read_text(encoding="utf-8"))
    for name, (headings, words) in READMES.items():
        path = TOP / name
        text = path.read_text(encoding="utf-8")
        filled = f"{BEGIN}\n\n{table(figures, headings, words)}\n\n{END}"
        path.write_text(
            # Put in as it is: a replacement's backslashes would mean groups.
            re.sub(f"{BEGIN}.*?{END}", filled.replace("\\", r"\\"), text, flags=re.DOTALL),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
