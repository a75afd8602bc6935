"""Several certificates in one go: each by itself, so that a refusal of one holds up no other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jifen.core.actor import Actor
from jifen.core.db import attempt, transaction
from jifen.core.errors import DomainError, Invalid
from jifen.volunteering.certificates import service
from jifen.volunteering.certificates.models import Certificate

#: Most of one go.
MOST = 100
_MOVES: dict[str, Callable[..., Certificate]] = {
    "print": service.print_,
    "sign": service.sign,
    "seal": service.seal,
    "register": service.register,
}


@dataclass(frozen=True, slots=True)
class Done:
    """What became of them."""

    done: int
    #: The sentences of the refusals, each once.
    refused: tuple[str, ...]


def move(certificate_ids: Sequence[int], step: str, *, by: Actor) -> Done:
    """Do one step with several certificates, in the order of their ids.

    :param step: print, sign, seal, register
    :raises Invalid: none is named, or too many
    """
    ids = sorted(set(certificate_ids))
    if not 0 < len(ids) <= MOST:
        raise Invalid(reason=f"请勾选1到{MOST}份证明。")
    done, refused = 0, []
    with transaction():
        for one in ids:
            try:
                with attempt():
                    _MOVES[step](one, by=by)
                done += 1
            except DomainError as refusal:
                refused.append(refusal.message)
    return Done(done, tuple(dict.fromkeys(refused)))
