"""写姓名, 放照片: what of oneself everybody may see at a model post; the words in force are shown before a yes."""

from __future__ import annotations

from bot import replies_model_posts as words
from bot.intents.model_posts import DecidePost
from bot.talk.offers import Choice, Offer
from jifen.core.actor import Actor
from jifen.model_posts import consents, errors, queries, settings
from jifen.model_posts.states import LIVE

#: Words that follow 写姓名 once the text of the consent was read.
_SURE = "确认"


def lines(one: queries.Opened) -> list[str]:
    """Return what of the reader himself everybody sees there; nothing where he is none of its people."""
    if one.own is None:
        return []
    name = words.OWN_NAMED if one.own.named else words.OWN_UNNAMED
    return [f"{name}；{words.OWN_SHOWN if one.own.shown else words.OWN_UNSHOWN}"]


def choices(one: queries.Opened) -> list[Choice]:
    """Return what the reader may change of it."""
    if one.own is None or one.about.state not in LIVE:
        return []
    n = one.about.id
    name = (
        Choice(words.DO_NO_NAME, f"不写姓名 岗{n}")
        if one.own.named
        else Choice(words.DO_NAME, f"写姓名 岗{n}")
    )
    if not one.own.shown:
        return [name, Choice(words.DO_PHOTO, f"放照片 岗{n}")]
    return [
        name,
        Choice(words.DO_OTHER_PHOTO, f"放照片 岗{n}"),
        Choice(words.DO_NO_PHOTO, f"撤下照片 岗{n}", True),
    ]


def own(intent: DecidePost, *, by: Actor) -> str:
    """One's own name and photo: the words in force are shown before a yes; a no counts at once."""
    queries.own(intent.number, by=by)
    about = queries.listed(intent.number, by=by)
    values = {"number": about.id, "title": about.title, "unit": about.unit_name}
    match intent.act:
        case "name":
            if intent.reason != _SURE:
                return _asked("name", f"写姓名 岗{about.id} {_SURE}", values)
            consents.agree(about.id, "name", by=by)
            return words.NAMED.format(**values)
        case "photo":
            return _photo(intent, values, by=by)
        case _:
            consents.take_back(about.id, "photo" if intent.act == "no_photo" else "name", by=by)
            return (words.PHOTO_GONE if intent.act == "no_photo" else words.UNNAMED).format(**values)


def _asked(what: str, says: str, values: dict[str, object]) -> Offer:
    text = words.CONSENT.format(**values, words=settings.load().consent[what])
    return Offer(text, [Choice(words.CONSENT_YES, says)], words.CONSENT_FOOT)


def _photo(intent: DecidePost, values: dict[str, object], *, by: Actor) -> str:
    """Ask for one's own photo, after one's yes to showing it."""
    if intent.reason == _SURE:
        consents.agree(intent.number, "photo", by=by)
    try:
        consents.may_show(intent.number, by=by)
    except errors.AgreeFirst:
        return _asked("photo", f"放照片 岗{intent.number} {_SURE}", values)
    says = f"放照片 岗{intent.number}"
    return Offer(words.PHOTO_SEND.format(**values), [], awaits=f"photo {intent.number}", done=says)


def taken(number: int, media_id: str, *, by: Actor) -> Offer:
    """Keep the photo that was asked for; those that came with it are not looked at."""
    consents.expect(number, media_id, by=by)
    about = queries.listed(number, by=by)
    text = words.PHOTO_TAKEN.format(number=about.id, title=about.title)
    says = f"放照片 岗{number}"
    other = Choice(words.DO_OTHER_PHOTO, says)
    gone = Choice(words.DO_NO_PHOTO, f"撤下照片 岗{number}", True)
    return Offer(text, [other, gone], awaits=f"album {number}", done=says)
