"""志愿证明, 我要证明, 证明批次: how certificates stand, asking for one, and what became of a branch's."""

from __future__ import annotations

from bot import replies_own as replies
from bot.handlers import handle
from bot.intents.own import AskCertificate, CertificateBatches, Certificates
from bot.talk.offers import Choice, Offer
from jifen.core.actor import Actor
from jifen.org import queries as org
from jifen.volunteering.certificates import paper, queries, service
from jifen.volunteering.certificates.entitled import Issuer
from jifen.volunteering.certificates.states import BATCH_WORDS
from jifen.volunteering.rules import formatted

#: Certificates, and organisations to choose from, of one answer.
SHOWN = 4
#: Batches, and people that one left out, of one answer.
BATCHES, LEFT_OUT = 2, 12


def _line(one: queries.Shown) -> str:
    line = replies.CERTIFICATE_LINE.format(
        unit=one.unit_name,
        year=one.year_words,
        hours=formatted(one.minutes) if one.number else "",
        state=one.state_words,
    )
    if one.reason:
        line += replies.CERTIFICATE_WHY.format(reason=one.reason)
    if one.register and one.number:
        line += replies.CERTIFICATE_VERIFY.format(address=paper.address(one.number))
    return line


@handle.register
def _(intent: Certificates, *, by: Actor) -> str:
    lines = [_line(one) for one in queries.own(by=by, limit=SHOWN)]
    return "\n".join([*(lines or [replies.CERTIFICATE_NONE]), replies.CERTIFICATE_HOW])


@handle.register
def _(intent: CertificateBatches, *, by: Actor) -> str:
    return "\n".join(map(_batch, queries.batches(by=by, limit=BATCHES))) or replies.CERTIFICATES_NONE


def _batch(one: queries.Batch) -> str:
    lines = [
        replies.CERTIFICATES_LINE.format(
            branch=one.branch_name,
            year=f"{one.year}年" if one.year else "全部",
            state=BATCH_WORDS[one.state],
            seen=one.seen,
            total=one.total,
            printed=one.printed,
        )
    ]
    left = queries.left_out(one.id)
    if left:
        lines.append(replies.CERTIFICATES_LEFT_OUT)
        lines += [
            replies.CERTIFICATES_LEFT.format(name=who.member_name, why=who.why) for who in left[:LEFT_OUT]
        ]
    if len(left) > LEFT_OUT:
        lines.append(replies.CERTIFICATES_MORE.format(count=len(left) - LEFT_OUT))
    return "\n".join(lines)


@handle.register
def _(intent: AskCertificate, *, by: Actor) -> str:
    there = queries.issuers(by=by)
    if intent.unit_id is None and len(there) > 1:
        foot = replies.CERTIFICATE_WHICH_FOOT.format(number=there[0].unit_id)
        return Offer(replies.CERTIFICATE_WHICH, [_choice(one) for one in there[:SHOWN]], foot)
    row = service.request(unit_id=intent.unit_id, by=by)
    return replies.CERTIFICATE_ASKED.format(unit=org.name_of(row.unit_id))


def _choice(one: Issuer) -> Choice:
    words = replies.CERTIFICATE_CHOICE.format(unit=one.name, hours=formatted(one.minutes))
    return Choice(words, f"我要证明 {one.unit_id}")
