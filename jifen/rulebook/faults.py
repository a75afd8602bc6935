"""What is wrong with a rulebook file: every fault at once, each with its line and its remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from jifen.core.errors import DomainError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One finding in a rulebook file; also the row of ``rules check``."""

    #: 1-based line in the file; 0 where the whole file is meant.
    line: int
    #: Stable identifier for machines, ``snake_case``.
    code: str
    #: What is wrong, in Chinese.
    message: str
    #: What to do next, in Chinese.
    remedy: str
    #: ``error`` | ``warning`` | ``risky`` | ``forbidden``; the loader only knows errors.
    severity: str = "error"
    #: The provision the finding rests on, as it is cited; empty where form alone is judged.
    clause: str = ""


class RulebookFaults(DomainError):
    """The file cannot be used; ``faults`` holds all that is wrong, ordered by line."""

    code, http_status = "rulebook_faults", 422
    template = "规则文件“{name}”有 {count} 处需要修改：{first}"

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(faults))
        first = self.faults[0]
        super().__init__(
            name=name, count=len(self.faults), first=f"第 {first.line} 行，{first.message}{first.remedy}"
        )
        self.data["faults"] = [asdict(fault) for fault in self.faults]
