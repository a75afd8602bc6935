"""A report as one talks: what was understood is shown, what is missing is asked for, digits suffice."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

from bot import conversations, replies, replies_reporting
from bot.conversations import BATCH, CHOICE, REPORT, Talk
from bot.handlers import awaiting, choosing, handle, reporting
from bot.handlers.batch import all_of_them, asked
from bot.intents import Back, Cancel, Help, Intent, NotText, Place, Said, Unknown
from bot.intents.activities import FenceActivity, PlanActivity
from bot.intents.deciding import ApproveAll, Look, Queue
from bot.intents.model_posts import ApplyPost
from bot.intents.notices import ReminderSettings
from bot.intents.own import BurdenHow, Explain, Leave, MyObjections, ObjectHow
from bot.intents.people import BindHow, MyRequests
from bot.intents.reporting import Deed, Items, MyReports, Photo, Report, TakeBack
from bot.talk import asks, controls, hearing, reading
from bot.talk import draft as drafts
from bot.talk.draft import Draft
from bot.talk.names import Known
from bot.talk.offers import Offer
from jifen.core import clock
from jifen.core.actor import Actor, Door
from jifen.core.errors import Invalid
from jifen.files.errors import TooManyPhotos
from jifen.points import errors, photos, queries, service
from jifen.rulebook.engine.item import Feeder, Item

#: Longer under way, a message's own time is not believed.
_DELIVERED = dt.timedelta(minutes=10)
#: Commands that are answered though a report is being told, which goes on afterwards.
_IN_BETWEEN = (
    Queue,
    Look,
    MyReports,
    Items,
    ObjectHow,
    MyObjections,
    MyRequests,
    ReminderSettings,
    BurdenHow,
    Leave,
    Explain,
    PlanActivity,
    FenceActivity,
    ApplyPost,
)
#: Answers to a question that is no more.
_ANSWERS = re.compile(r"\d{1,2}|上一步|返回|确认|是的?|对")


@handle.register
def _(intent: Said, *, by: Actor) -> str:
    seen = conversations.recall(by=by)
    if seen.kind == BATCH:
        return all_of_them(intent, seen, by=by)
    if seen.kind == REPORT:
        return _goes_on(intent, seen, by=by)
    if isinstance(intent.otherwise, Place):
        return awaiting.placed(intent, intent.otherwise, seen, by=by)
    if seen.kind == CHOICE and (answer := choosing.chosen(intent, seen, by=by)) is not None:
        return answer
    return begins(intent, seen, by=by)


def known_items(by: Actor) -> dict[str, Known]:
    """Return what the person's rulebook of today holds, by code."""
    assert by.member_id is not None
    items = queries.rules_of(by.member_id, clock.today()).book.items
    return {code: _known(item) for code, item in items.items() if item.off is None}


def _known(item: Item) -> Known:
    return Known(
        item.code,
        item.name,
        item.unit,
        item.words,
        item.levels,
        item.quantity_min,
        item.quantity_max,
        item.quantity_step,
        item.evidence.basis if item.evidence and item.evidence.min else None,
        Feeder.SELF_REPORT in item.feeders,
    )


def begins(said: Said, seen: Talk, *, trail: tuple[str, ...] = (), by: Actor) -> str:
    """Answer words that were said while no report was being told.

    :param trail: what was said before, where a list led here
    """
    command = said.otherwise
    if isinstance(command, ApproveAll):
        return asked(said, seen, by=by)
    if seen.expired and _ANSWERS.fullmatch(reading.plain(said.text)):
        conversations.end(seen, at=said.at, by=by)
        return replies_reporting.DRAFT_EXPIRED
    try:
        known = known_items(by)
    except errors.NotInScheme:
        if isinstance(command, Report | Unknown):
            raise
        # Who decides, or asks for help, need not earn points himself.
        known = {}
    meant = hearing.wanted(said, known, now=_now(said))
    heard = replies_reporting.DRAFT_HEARD.format(said=said.text[:60]) if said.heard else ""
    if seen.kind == CHOICE and _unclear(meant, said, known):
        reason = choosing.in_own_words(said, seen, by=by)
        if reason is not None:
            return heard + reason
    match meant:
        case Unknown() if said.refused:
            return heard + said.refused
        case Report(number=None) if hearing.complete(meant, known) and not said.heard:
            try:
                with conversations.trying():
                    return handle(meant, by=by)
            except errors.LACKING:
                deed = hearing.understood(said, known, now=_now(said))
                if not isinstance(deed, Deed):
                    raise
                return _deed(deed, known, seen, said, by=by)
        case Report(number=None, item=""):
            return heard + _open(drafts.empty(known), known, seen, said, by=by)
        case Report(number=None):
            if meant.bad_day and not hearing.named(meant, known):
                return heard + handle(meant, by=by)
            unknown = errors.UnknownItem(item=meant.item).message
            return f"{heard}{unknown}\n{_open(drafts.empty(known), known, seen, said, by=by)}"
        case Report(number=int(number), item="") if number:
            return _open(_redone(number, by=by), known, seen, said, by=by)
        case Deed():
            return heard + _deed(meant, known, seen, said, by=by)
        case _:
            return heard + choosing.offered(handle(meant, by=by), said, seen, trail=trail, by=by)


def _unclear(meant: Intent, said: Said, known: dict[str, Known]) -> bool:
    """Return whether words may be a reason: no command, and no deed that its doer himself would report."""
    if not isinstance(meant, Deed):
        return isinstance(meant, Unknown | BurdenHow | ObjectHow) and isinstance(said.otherwise, Unknown)
    return bool(meant.undone) or not meant.sure or not known[meant.items[0]].reported


def _redone(number: int, *, by: Actor) -> Draft:
    """Return the draft of a returned report, to be corrected.

    :raises NotYours: he has none with that number
    :raises NotNow: it was not given back
    """
    report = service.returned(number, by=by)
    return Draft(
        step=drafts.CHECK,
        item=report.item_code,
        day=report.occurred_on,
        quantity=report.quantity,
        level=report.level,
        evidence=report.evidence,
        words=report.words,
        redoes=report.id,
    )


def _now(said: Said) -> dt.datetime:
    """Return when the words were written, by the clock on the wall: 昨天 at midnight is the writer's."""
    now = clock.now()
    return (said.at if abs(now - said.at) < _DELIVERED else now).astimezone(clock.SHANGHAI)


def _deed(deed: Deed, known: dict[str, Known], seen: Talk, said: Said, *, by: Actor) -> str:
    if deed.undone:
        return replies_reporting.NOT_DONE.format(said=deed.undone)
    if deed.planned:
        ahead = deed.planned == deed.day_said
        return (replies_reporting.NOT_YET if ahead else replies_reporting.PLANNED).format(said=deed.planned)
    if deed.sure and not known[deed.items[0]].reported:
        return replies_reporting.BY_BRANCH.format(item=known[deed.items[0]].name)
    return _open(drafts.begun(deed, known), known, seen, said, by=by)


def _open(draft: Draft, known: dict[str, Known], seen: Talk, said: Said, *, by: Actor) -> str:
    conversations.go_on(seen, REPORT, draft.stored(), at=said.at, by=by)
    return _question(draft, known, by=by)


def _question(draft: Draft, known: dict[str, Known], *, by: Actor) -> str:
    """Return what is asked next; before filing, also how many photos are there, where the basis asks for any."""
    count = None
    if draft.step == drafts.CHECK and photos.item_asks(draft.item, by=by):
        count = photos.waiting(by=by)
    return asks.question(draft, known, today=clock.today(), photos=count)


def _goes_on(said: Said, seen: Talk, *, by: Actor) -> str:
    today = clock.today()
    known = known_items(by)
    draft = Draft.restored(seen.data)
    if (draft.item and draft.item not in known) or any(code not in known for code in draft.offered):
        # The rulebook was changed meanwhile.
        conversations.end(seen, at=said.at, by=by)
        return begins(said, replace(seen, kind="", version=seen.version + 1), by=by)
    question = _question(draft, known, by=by)
    if seen.said_at is not None and said.at < seen.said_at:
        return replies_reporting.DRAFT_LATE.format(question=question)
    text = reading.plain(said.text)
    heard = replies_reporting.DRAFT_HEARD.format(said=said.text[:60]) if said.heard else ""
    control = controls.read(said.text)
    if isinstance(control, Cancel):
        return _cancel(seen, said, by=by)
    if isinstance(said.otherwise, NotText):
        # The digits answer the draft: no list of its own beside it.
        told = handle(said.otherwise, by=by)
        head = told.head if isinstance(told, Offer) else told
        return f"{head}\n\n{replies_reporting.DRAFT_HELP.format(question=question)}"
    if isinstance(control, Help) or isinstance(said.otherwise, Help):
        return replies_reporting.DRAFT_HELP.format(question=question)
    if (
        isinstance(said.otherwise, Report)
        and text.startswith(("上报", "我要上报"))
        and draft.step != drafts.CHECK
    ):
        return begins(said, seen, by=by)
    if isinstance(control, Back) or text == "0":
        before = (
            drafts.back(draft)
            if text != "0" or draft.step not in (drafts.CHECK, drafts.SAME, drafts.WHO)
            else None
        )
        return _cancel(seen, said, by=by) if before is None else _open(before, known, seen, said, by=by)
    if drafts.confirms(draft, text):
        return _file(draft, known, seen, said, by=by)
    if isinstance(said.otherwise, _IN_BETWEEN):
        return f"{handle(said.otherwise, by=by)}\n\n{replies_reporting.DRAFT_HELP.format(question=question)}"
    after = drafts.answered(draft, text, known, today=today)
    if after is not None:
        return heard + _open(after, known, seen, said, by=by)
    return heard + _otherwise(said, known, seen, question, by=by)


def _otherwise(said: Said, known: dict[str, Known], seen: Talk, question: str, *, by: Actor) -> str:
    """Answer what is no answer to the question: another deed, another question, or nothing that is understood."""
    meant = hearing.understood(said, known, now=_now(said))
    if isinstance(meant, Deed) and (meant.sure or meant.undone or meant.planned):
        return _deed(meant, known, seen, said, by=by)
    if isinstance(meant, Deed | Unknown | Report):
        return replies_reporting.DRAFT_AGAIN.format(said=said.text[:30], question=question)
    return f"{handle(meant, by=by)}\n\n{replies_reporting.DRAFT_HELP.format(question=question)}"


def _cancel(seen: Talk, said: Said, *, by: Actor) -> str:
    conversations.end(seen, at=said.at, by=by)
    return replies_reporting.DRAFT_CANCELLED


def _file(draft: Draft, known: dict[str, Known], seen: Talk, said: Said, *, by: Actor) -> str:
    assert draft.item is not None
    assert draft.day is not None
    item = known[draft.item]
    filing = service.Filing(
        item=item.code,
        occurred_on=draft.day,
        quantity=draft.quantity if draft.quantity is not None else max(item.least, Decimal(1)),
        words=draft.words[:500],
        evidence=draft.evidence,
        level=draft.level,
        another=draft.another or draft.step == drafts.SAME,
    )
    conversations.end(seen, at=said.at, by=by)
    try:
        with conversations.trying():
            if draft.redoes is not None:
                return reporting.filed(service.resubmit(draft.redoes, filing, by=by))
            return reporting.filed(service.submit(filing, by=by))
    except errors.SameDeed as refusal:
        if draft.step == drafts.SAME or "另一件" not in refusal.message:
            return refusal.message
        again, after = replace(draft, step=drafts.SAME), refusal.message.split("？")[0] + "？\n"
    except errors.BadQuantity as refusal:
        again, after = replace(draft, step=drafts.QUANTITY), refusal.message + "\n"
    except (errors.InFuture, errors.TooOld, errors.NotInScheme, Invalid) as refusal:
        again, after = replace(draft, step=drafts.CHECK), refusal.message + "\n"
    kept = replace(seen, version=seen.version + 1)
    return after + _open(again, known, kept, said, by=by)


@handle.register
def _(intent: Cancel, *, by: Actor) -> str:
    rest = handle(TakeBack(), by=by)
    head = rest.head if isinstance(rest, Offer) else rest
    return Offer(f"{replies_reporting.NOTHING_BEGUN}{head}", rest.choices if isinstance(rest, Offer) else ())


@handle.register
def _(intent: Back, *, by: Actor) -> str:
    return replies_reporting.NOTHING_BEGUN + replies_reporting.BEGIN_HOW


@handle.register
def _(intent: BindHow, *, by: Actor) -> str:
    return replies.WECOM_BOUND if by.door is Door.WECOM else replies.BIND_HOW


@handle.register
def _(intent: Photo, *, by: Actor) -> str:
    seen = conversations.recall(by=by)
    post = awaiting.wanted(seen, intent.at, by=by)
    asked_at = seen.said_at if post is not None else None
    first = conversations.first_of_album(intent.at, asked=asked_at, by=by)
    if post is not None:
        return awaiting.pictured(intent, post, first, by=by)
    if not first and awaiting.awaited(seen, "album") is not None:
        return ""
    try:
        with conversations.trying():
            taken = photos.receive(intent.media_id, by=by)
    except TooManyPhotos:
        if first:
            raise
        return ""  # the answer to the album said how many are taken
    if not first:
        return ""
    if taken is not None:
        return replies_reporting.PHOTO_TAKEN.format(number=taken[0])
    if seen.kind != REPORT:
        known = known_items(by)
        said = Said("", intent.at, Report())
        # The album's own row may just have been made.
        return replies_reporting.PHOTO_FIRST + _open(
            drafts.empty(known), known, conversations.recall(by=by), said, by=by
        )
    draft = Draft.restored(seen.data)
    head = (
        replies_reporting.PHOTO_KEPT
        if photos.item_asks(draft.item, by=by)
        else replies_reporting.PHOTO_NOT_ASKED
    )
    return head + _question(draft, known_items(by), by=by)
