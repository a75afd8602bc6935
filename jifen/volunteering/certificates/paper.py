"""The certificate on A4: the fields that 民政部令第67号 and 民发〔2015〕149号 ask for, and every record behind it.

The first page is signed and sealed by hand; the annex lists the records. It is
drawn from what was frozen when the certificate was printed, so that the same
certificate is the same file whenever it is drawn.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.core import clock, days, house
from jifen.core.actor import Actor
from jifen.core.db import ask, transaction
from jifen.core.errors import NotFound
from jifen.core.states import NotNow
from jifen.documents.pdf import GAP, GREY, Paper
from jifen.members import exports
from jifen.volunteering import rules as hours
from jifen.volunteering.certificates import batches, errors, rules, service
from jifen.volunteering.certificates.policy import P
from jifen.volunteering.certificates.states import WORDS, CertificateState
from jifen.volunteering.states import KIND_WORDS

TITLE = "志愿服务记录证明"
#: Titles of service on the first page; the rest stands in the annex.
TITLES = 8
#: Records of a page of the annex.
ROWS = 42
_LEFT, _RIGHT, _LABEL = 20.0, 190.0, 34.0
#: Millimetres of a line of 11 points.
_LINE = 6.2
_COLUMNS = ((22, "序号"), (34, "日期"), (58, "起止时间"), (88, "服务内容"), (150, "时长"), (172, "记录方式"))
_WIDEST = 58.0


@dataclass(frozen=True, slots=True)
class Line:
    """A record on the annex."""

    title: str
    kind: str
    started_at: dt.datetime
    ended_at: dt.datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A certificate as it is drawn."""

    number: str
    name: str
    member_number: str
    unit_name: str
    contact: str
    year: int | None
    minutes_verified: int
    minutes_attested: int
    first_on: dt.date
    last_on: dt.date
    printed_on: dt.date
    clerk: str
    digest: str
    lines: tuple[Line, ...]


_SHEETS = """
SELECT c.id, c.member_id, c.state, c.number, c.name, c.member_number, c.unit_name, c.contact, c.year,
       c.minutes_verified, c.minutes_attested, c.first_on, c.last_on, c.printed_at, coalesce(p.name, '（已删除）'), c.digest
  FROM certificate c LEFT JOIN member p ON p.id = c.printed_by WHERE c.id = ANY(%(ids)s) ORDER BY c.id
"""
_LINES = """
SELECT l.certificate_id, l.title, r.kind, r.started_at, r.ended_at, r.minutes
  FROM certificate_line l JOIN service_record r ON r.id = l.record_id
 WHERE l.certificate_id = ANY(%(ids)s) ORDER BY l.certificate_id, r.started_at, r.id
"""


def printed(certificate_id: int, *, by: Actor) -> bytes:
    """Return a certificate as a PDF to be printed, signed and sealed; that it left the house is noted.

    :raises NotFound, Forbidden, OwnCertificate: see ``service.access``
    :raises NotNow: nothing is printed yet, or it was withdrawn
    :raises Erased: its person was erased
    """
    with transaction():
        row = service.access(certificate_id, P.ISSUE, "print", by=by)
        return _handed([row.id], by)


def printed_batch(batch_id: int, *, by: Actor) -> bytes:
    """Return what a batch printed in one PDF, each certificate from a page of its own on.

    :raises NotFound, Forbidden: see ``batches.access``
    :raises NotNow: it printed none
    """
    with transaction():
        row = batches.access(batch_id, by=by)
        found = ask(
            "SELECT id FROM certificate WHERE batch_id = %(id)s AND state <> 'withdrawn' AND name IS NOT NULL"
            " AND member_id <> %(me)s ORDER BY id",
            {"id": row.id, "me": by.member_id},
        )
        if not found:
            raise NotFound(what="这一批里可以打印的证明")
        return _handed([one for (one,) in found], by)


def _handed(ids: list[int], by: Actor) -> bytes:
    paper, people = Paper(TITLE), []
    lines: dict[int, list[Line]] = {one: [] for one in ids}
    for certificate_id, *rest in ask(_LINES, {"ids": ids}):
        lines[certificate_id].append(Line(*rest))
    for at, (number, member_id, state, *rest) in enumerate(ask(_SHEETS, {"ids": ids})):
        if state in _UNPRINTED:
            raise NotNow(what="这份证明", state=WORDS[state], move=WORDS["print"])
        *head, printed_at, clerk, digest = rest
        if head[1] is None:
            raise errors.Erased
        if at:
            paper.turn()
        draw(paper, Sheet(*head, clock.civil_day(printed_at), clerk, digest, tuple(lines[number])))  # type: ignore[call-arg]
        people.append(member_id)
    content = paper.bytes()
    exports.handed(content, what=TITLE, people=people, purpose="出具志愿服务记录证明", by=by)
    return content


_UNPRINTED = (
    CertificateState.REQUESTED,
    CertificateState.DECLINED,
    CertificateState.CANCELLED,
    CertificateState.WITHDRAWN,
)


def address(number: str) -> str:
    """Return where strangers verify a certificate."""
    return f"{house.settings().public_url}/v/{number}"


def draw(paper: Paper, sheet: Sheet) -> None:
    """Draw a certificate and its annex on the open page and those that follow."""
    pages = 1 + -(-len(sheet.lines) // ROWS)
    before = len(paper.gaps)
    paper.text(105, 42, TITLE, 26, align="centre", bold=True)
    paper.text(_RIGHT, 54, f"证明编号：{rules.spoken(sheet.number)}", 11, align="right")
    y = 58.0
    for label, said in _fields(sheet):
        y = _row(paper, y, label, said)
    y = _declared(paper, y + 8, sheet)
    _signed(paper, max(y + 8, 206.0), sheet)
    if gaps := paper.gaps[before:]:
        codes = "、".join(f"U+{ord(c):04X}" for c in gaps)
        paper.text(
            _LEFT, 279, f"“{GAP}”处是字库没有收的字（{codes}），请用正楷手写补上后再盖章。", 9, colour=GREY
        )
    _foot(paper, sheet, 1, pages)
    for page in range(2, pages + 1):
        paper.turn()
        _annex(paper, sheet, page, pages)


def _fields(sheet: Sheet) -> list[tuple[str, str]]:
    told = rules.contents((one.title, one.minutes) for one in sheet.lines)
    words = [f"{c.title}：{c.times}次，{hours.formatted(c.minutes)}" for c in told[:TITLES]]
    if len(told) > TITLES:
        words.append(f"等共{len(told)}项")
    until = f"至{days.in_full(sheet.last_on)}" if sheet.last_on != sheet.first_on else ""
    span = f"{days.in_full(sheet.first_on)}{until}"
    whole = hours.formatted(sheet.minutes_verified + sheet.minutes_attested)
    kinds = (
        f"其中签到签退核实{hours.formatted(sheet.minutes_verified)}，"
        f"事后补记并经复核{hours.formatted(sheet.minutes_attested)}"
    )
    return [
        ("志愿者姓名", sheet.name),
        ("志愿者编号", sheet.member_number),
        ("证件类型、号码", "________________________（由本人当面填写，系统不保存证件号码）"),
        ("服务时间", f"{whole}（{kinds}）\n{span}，共{len(sheet.lines)}次；逐次记录见附页"),
        ("服务内容", "；\n".join(words) + "。"),
        ("出具单位", sheet.unit_name),
        ("单位联系方式", sheet.contact),
        ("经办人", sheet.clerk),
    ]


def _row(paper: Paper, y: float, label: str, said: str) -> float:
    lines = paper.lines(said, _RIGHT - _LEFT - _LABEL - 6)
    height = max(11.0, len(lines) * _LINE + 4.4)
    paper.box(_LEFT, y, _LABEL, height)
    paper.box(_LEFT + _LABEL, y, _RIGHT - _LEFT - _LABEL, height)
    paper.text(_LEFT + _LABEL / 2, y + height / 2 + 1.5, label, 11, align="centre")
    first = y + (height - len(lines) * _LINE) / 2 + 4.5
    for at, line in enumerate(lines):
        paper.text(_LEFT + _LABEL + 3, first + at * _LINE, line, 11)
    return y + height


def _declared(paper: Paper, y: float, sheet: Sheet) -> float:
    about = f"{sheet.year}年" if sheet.year else ""
    said = (
        f"　　兹证明以上同志{about}参加我单位组织的志愿服务，情况属实。本证明依据志愿服务记录无偿出具"
        "（《志愿服务记录与证明出具办法（试行）》，民政部令第67号），由负责人签名、加盖公章并登记后有效。"
    )
    for at, line in enumerate(paper.lines(said, _RIGHT - _LEFT)):
        paper.text(_LEFT, y + at * 7, line, 11)
        end = y + at * 7
    return end


def _signed(paper: Paper, y: float, sheet: Sheet) -> None:
    paper.qr(_LEFT, y - 6, 38, address(sheet.number))
    paper.text(_LEFT + 42, y + 6, "核验：微信扫左边的码，或打开", 10)
    for at, line in enumerate(paper.lines(address(""), 52, 10)):
        paper.text(_LEFT + 42, y + 12 + at * 5, line, 10)
        end = y + 12 + at * 5
    paper.text(_LEFT + 42, end + 6, "填写证明编号。", 10)
    paper.text(_LEFT + 42, end + 12, "没有登记的显示“未签发”。", 10)
    paper.text(118, y + 4, "负责人（签名）：", 11)
    paper.rule(148, y + 5, _RIGHT, y + 5)
    for at, line in enumerate(paper.lines(f"{sheet.unit_name}（盖章）", 72)):
        paper.text(118, y + 18 + at * _LINE, line, 11)
        end = y + 18 + at * _LINE
    paper.text(118, max(end + 12, y + 32), f"{days.in_full(sheet.printed_on)}", 11)


def _annex(paper: Paper, sheet: Sheet, page: int, pages: int) -> None:
    paper.text(105, 26, f"{TITLE}附页：逐次服务记录", 14, align="centre", bold=True)
    paper.text(_LEFT, 34, f"{sheet.name}　{sheet.unit_name}"[:44], 10)
    paper.text(_RIGHT, 34, rules.spoken(sheet.number), 10, align="right")
    paper.rule(_LEFT, 37, _RIGHT, 37)
    for x, head in _COLUMNS:
        paper.text(x, 42, head, 10, bold=True)
    paper.rule(_LEFT, 44, _RIGHT, 44)
    first = (page - 2) * ROWS
    shown = sheet.lines[first : first + ROWS]
    titles = {title: _short(paper, title) for title in {one.title for one in shown}}
    placed: list[tuple[float, float, str]] = []
    y = 49.0
    for at, one in enumerate(shown, first + 1):
        since, until = (moment.astimezone(clock.SHANGHAI) for moment in (one.started_at, one.ended_at))
        said = (
            *(str(at), f"{since:%Y-%m-%d}", f"{since:%H:%M}—{until:%H:%M}", titles[one.title]),
            *(hours.formatted(one.minutes), KIND_WORDS[one.kind]),
        )
        placed += [(x, y, words) for (x, _), words in zip(_COLUMNS, said, strict=True)]
        y += 5.3
    paper.cells(placed, 9)
    paper.rule(_LEFT, y - 3, _RIGHT, y - 3)
    if page == pages:
        whole = hours.formatted(sheet.minutes_verified + sheet.minutes_attested)
        paper.text(_RIGHT, y + 2, f"合计{len(sheet.lines)}次，{whole}", 10, align="right")
    _foot(paper, sheet, page, pages)


def _short(paper: Paper, title: str) -> str:
    lines = paper.lines(title, _WIDEST, 9)
    return lines[0] if len(lines) == 1 else f"{lines[0][:-1]}…"


def _foot(paper: Paper, sheet: Sheet, page: int, pages: int) -> None:
    paper.text(_LEFT, 287, f"内容摘要 {sheet.digest[:16]}", 8, colour=GREY)
    paper.text(_RIGHT, 287, f"第{page}页，共{pages}页", 8, align="right", colour=GREY)
