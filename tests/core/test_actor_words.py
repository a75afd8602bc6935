"""Every post has a name for sentences."""

from jifen.core.actor import ROLE_WORDS, Role


def test_every_role_has_its_word():
    assert set(ROLE_WORDS) == {*Role, "member"}
    assert len(set(ROLE_WORDS.values())) == len(ROLE_WORDS)
