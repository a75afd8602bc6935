"""The note of an audit row, read by somebody who does not know the codes."""

import pytest

from jifen.core import codes


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("unit=4 count=18 sha256=347355ad281d7d10", "组织4 条数18 指纹347355ad281d7d10"),
        ("unit=- count=1", "组织无 条数1"),
        ("branch_secretary", "支部书记"),
        ("A01 upheld", "A01 成立"),
        ("支委会纪要〔2026〕11号", "支委会纪要〔2026〕11号"),
        ("", ""),
    ],
)
def test_notes_are_read_in_words(kept, read):
    assert codes.note(kept) == read
