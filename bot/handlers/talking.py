"""A report as one talks: what was understood is shown, what is missing is asked for, digits suffice."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

from bot import conversations, replies
from bot import intents as i
from bot.conversations import BATCH, REPORT, Talk
from bot.handlers import handle, reporting
from bot.handlers.batch import all_of_them, asked
from bot.talk import draft as drafts
from bot.talk import reading
from bot.talk.draft import Draft
from bot.talk.names import Known
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.errors import DomainError, Invalid
from jifen.points import errors, photos, queries, service
from jifen.points.items import find
from jifen.rulebook.engine.book import Feeder, Item

#: Photos that follow each other so closely are one album, which gets one answer.
ALBUM = dt.timedelta(seconds=10)
_CANCEL = re.compile(r"^(?:取消|不报了?|算了|退出|结束|不要了|不弄了|停止?|撤回|撤销)[了吧。! ]*$")
_BACK = re.compile(r"^(?:上一步|返回|后退|回去|0)[。! ]*$")
_HELP = re.compile(r"^(?:帮助|幫助|菜单|怎么[办弄用回]|\?+|？+|help|HELP)[。!?？ ]*$")


@handle.register
def _(intent: i.Said, *, by: Actor) -> str:
    seen = conversations.recall(by=by)
    if seen.kind == BATCH:
        return all_of_them(intent, seen, by=by)
    if seen.kind == REPORT:
        return _goes_on(intent, seen, by=by)
    return _begins(intent, seen, by=by)


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


def _begins(said: i.Said, seen: Talk, *, by: Actor) -> str:
    command = said.otherwise
    if isinstance(command, i.ApproveAll):
        return asked(said, seen, by=by)
    if isinstance(command, i.TakeBack):
        return handle(command, by=by)
    if isinstance(command, i.Report):
        return _told(said, command, seen, by=by)
    if seen.expired and re.fullmatch(r"\d{1,2}|上一步|返回|确认|是的?|对", reading.plain(said.text)):
        conversations.end(seen, at=said.at, by=by)
        return replies.DRAFT_EXPIRED
    if not isinstance(command, i.Unknown) and len(reading.plain(said.text)) <= 4:
        return handle(command, by=by)
    known = known_items(by)
    meant = reading.understand(said.text, today=clock.today(), items=list(known.values()))
    heard = replies.DRAFT_HEARD.format(said=said.text[:60]) if said.heard else ""
    if isinstance(meant, i.Unknown):
        return heard + (handle(command, by=by) if not said.refused else said.refused)
    if isinstance(meant, i.Deed):
        return heard + _deed(meant, known, seen, said, by=by)
    if isinstance(meant, i.Report) and meant.number is None:
        return heard + _open(drafts.empty(known), known, seen, said, by=by)
    return heard + handle(meant, by=by)


def _told(said: i.Said, command: i.Report, seen: Talk, *, by: Actor) -> str:
    """Answer 上报 … : at once where nothing is missing, else by asking for what is."""
    known = known_items(by)
    if not command.item:
        return _open(drafts.empty(known), known, seen, said, by=by)
    complete = command.day is not None and not command.bad_day
    if complete:
        try:
            item = find(queries.rules_of(by.member_id or 0, clock.today()).book, command.item)
        except DomainError:
            complete = False
        else:
            complete = item.unit not in drafts.MEASURED or command.counted
    # What was only heard is shown before it is filed.
    if complete and not said.heard:
        return handle(command, by=by)
    meant = reading.understand(said.text, today=clock.today(), items=list(known.values()))
    if isinstance(meant, i.Deed) and meant.items:
        return _deed(meant, known, seen, said, by=by)
    if command.bad_day and not (isinstance(meant, i.Deed) and meant.day_said):
        return handle(command, by=by)
    reason = errors.UnknownItem(item=command.item).message
    return f"{reason}\n{_open(drafts.empty(known), known, seen, said, by=by)}"


def _deed(deed: i.Deed, known: dict[str, Known], seen: Talk, said: i.Said, *, by: Actor) -> str:
    if deed.undone:
        return replies.NOT_DONE.format(said=deed.undone)
    if deed.planned:
        ahead = deed.planned == deed.day_said
        return (replies.NOT_YET if ahead else replies.PLANNED).format(said=deed.planned)
    if deed.sure and not known[deed.items[0]].reported:
        return replies.BY_BRANCH.format(item=known[deed.items[0]].name)
    return _open(drafts.begun(deed, known), known, seen, said, by=by)


def _open(draft: Draft, known: dict[str, Known], seen: Talk, said: i.Said, *, by: Actor) -> str:
    conversations.go_on(seen, REPORT, draft.stored(), at=said.at, by=by)
    return drafts.question(draft, known, today=clock.today())


def _goes_on(said: i.Said, seen: Talk, *, by: Actor) -> str:
    today = clock.today()
    known = known_items(by)
    draft = Draft.restored(seen.data)
    if (draft.item and draft.item not in known) or any(code not in known for code in draft.offered):
        # The rulebook was changed meanwhile.
        conversations.end(seen, at=said.at, by=by)
        return _begins(said, replace(seen, kind="", version=seen.version + 1), by=by)
    question = drafts.question(draft, known, today=today)
    if seen.said_at is not None and said.at < seen.said_at:
        return replies.DRAFT_LATE.format(question=question)
    text = reading.plain(said.text)
    heard = replies.DRAFT_HEARD.format(said=said.text[:60]) if said.heard else ""
    if _CANCEL.match(text):
        return _cancel(seen, said, by=by)
    if _HELP.match(text) or isinstance(said.otherwise, i.Help):
        return replies.DRAFT_HELP.format(question=question)
    if (
        isinstance(said.otherwise, i.Report)
        and text.startswith(("上报", "我要上报"))
        and draft.step != drafts.CHECK
    ):
        return _told(said, said.otherwise, seen, by=by)
    if _BACK.match(text):
        before = (
            drafts.back(draft)
            if text != "0" or draft.step not in (drafts.CHECK, drafts.SAME, drafts.WHO)
            else None
        )
        return _cancel(seen, said, by=by) if before is None else _open(before, known, seen, said, by=by)
    if drafts.confirms(draft, text):
        return _file(draft, known, seen, said, by=by)
    after = drafts.answered(draft, text, known, today=today)
    if after is not None:
        return heard + _open(after, known, seen, said, by=by)
    return heard + _otherwise(said, known, seen, question, by=by)


def _otherwise(said: i.Said, known: dict[str, Known], seen: Talk, question: str, *, by: Actor) -> str:
    """Answer what is no answer to the question: another deed, another question, or nothing that is understood."""
    meant = reading.understand(said.text, today=clock.today(), items=list(known.values()))
    if isinstance(meant, i.Deed) and (meant.sure or meant.undone or meant.planned):
        return _deed(meant, known, seen, said, by=by)
    if isinstance(meant, i.Deed | i.Unknown | i.Report):
        return replies.DRAFT_AGAIN.format(said=said.text[:30], question=question)
    return f"{handle(meant, by=by)}\n\n{replies.DRAFT_HELP.format(question=question)}"


def _cancel(seen: Talk, said: i.Said, *, by: Actor) -> str:
    conversations.end(seen, at=said.at, by=by)
    return replies.DRAFT_CANCELLED


def _file(draft: Draft, known: dict[str, Known], seen: Talk, said: i.Said, *, by: Actor) -> str:
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
def _(intent: i.Photo, *, by: Actor) -> str:
    seen = conversations.recall(by=by)
    taken = photos.receive(intent.media_id, by=by)
    last = seen.data.get("photo_at")
    if last and intent.at - dt.datetime.fromisoformat(last) < ALBUM:
        return ""
    try:
        data = {**seen.data, "photo_at": intent.at.isoformat()}
        conversations.go_on(seen, seen.kind, data, at=intent.at, by=by)
    except conversations.AnsweredElsewhere:
        return ""  # another photo of the same album was first
    if taken is not None:
        return replies.PHOTO_TAKEN.format(number=taken[0])
    if seen.kind != REPORT:
        return replies.PHOTO_ALONE
    draft = Draft.restored(seen.data)
    if photos.item_asks(draft.item, by=by):
        return replies.PHOTO_KEPT + drafts.question(draft, known_items(by), today=clock.today())
    return replies.PHOTO_NOT_ASKED + drafts.question(draft, known_items(by), today=clock.today())
