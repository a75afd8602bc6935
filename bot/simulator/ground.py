"""What the stand-in stands on: the phones, the rules, and the way of a delivery to the product.

All in memory, one lock. Nothing is pushed while the lock is held.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.faults import Script
from bot.simulator.people import OPENID, People, Person
from bot.simulator.phones import Bubble, Phone, Push
from bot.simulator.push import UNAVAILABLE, WITHIN, Outcome, Pusher
from bot.simulator.replies import Reply
from bot.simulator.rules.consents import Consents
from bot.simulator.rules.media import Media
from bot.simulator.rules.menus import Menus
from bot.simulator.rules.quotas import Quotas
from bot.simulator.rules.scenes import Scenes
from bot.simulator.rules.sign_in import SignIn
from bot.simulator.rules.tags import Tags
from bot.simulator.rules.templates import Templates
from bot.simulator.rules.tokens import Tokens
from bot.simulator.rules.wecom import Corp, WeCom
from bot.simulator.wire import Credentials, Delivery, Fields


class Ground:
    """One account, its people and their phones.

    :param callback: the product's ``http://…/wechat``
    :param seed: with one, all that is drawn by lot is the same in every run
    :param within, patience: see ``Pusher``
    """

    def __init__(
        self,
        *,
        callback: str,
        shared: Credentials,
        people: People,
        clock: Clock | None = None,
        seed: int | None = None,
        corp: Corp | None = None,
        account: str = "gh_simulator01",
        within: float = WITHIN,
        patience: float | None = None,
    ) -> None:
        self.people, self.account, self.shared = people, account, shared
        self.clock = now = clock or Clock()
        chance = Chance(seed)
        self.script = Script(chance)
        self.chance = chance
        self.tokens = Tokens(now=now, chance=chance)
        self.quotas = Quotas(now=now)
        self.templates = Templates(now=now)
        self.consents = Consents()
        self.media = Media(now=now, chance=chance)
        self.scenes = Scenes(now=now, chance=chance)
        self.menus, self.tags = Menus(), Tags()
        self.sign_in = SignIn(now=now, chance=chance)
        self.wecom = WeCom(corp or Corp(), now=now, chance=chance)
        #: Hosts to which a sign-in may lead back (网页授权域名); None: any.
        self.page_hosts: set[str] | None = None
        #: Whether everybody is a follower whose openid has the form of one: the list names only some of a city.
        self.whole_city = False
        self.lock = threading.RLock()
        self._pusher = Pusher(
            callback, shared, clock=now, chance=chance, script=self.script, within=within, patience=patience
        )
        #: Where the product's pages are.
        self.product = callback.removesuffix("/wechat")
        self._wecom_pusher = (
            Pusher(
                f"{self.product}/wecom",
                corp.credentials(),
                clock=now,
                chance=chance,
                script=self.script,
                within=within,
                patience=patience,
            )
            if corp is not None and corp.talks
            else None
        )
        self._phones: dict[str, Phone] = {}
        # Ids go on from the clock: the product remembers the ids of an earlier run for days.
        self._next_id = int(now()) * 10_000_000
        self._held: Push | None = None
        self._pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="push")

    # --- phones -----------------------------------------------------------------

    def phone(self, openid: str) -> Phone:
        """Return the phone of ``openid``; everybody follows the account to begin with."""
        with self.lock:
            return self._phones.setdefault(openid, Phone(openid))

    def known(self, openid: str) -> bool:
        """Tell whether the account has, or had, such a person."""
        if openid in self._phones or self.people.by_openid(openid) is not None:
            return True
        return self.whole_city and OPENID.fullmatch(openid) is not None

    def connected(self) -> bool:
        """Tell whether the product proves that the callback URL is its own."""
        return self._pusher.check_url()

    def recent(self) -> list[Person]:
        """Return who has chatted, the last one first."""
        with self.lock:
            used = [phone for phone in self._phones.values() if phone.bubbles]
            used.sort(key=lambda phone: phone.bubbles[-1].at, reverse=True)
            people = [self.people.by_openid(phone.openid) for phone in used]
        return [person for person in people if person is not None]

    def unread(self) -> list[tuple[Person, int]]:
        """Return who has something new on a phone that nobody looks at, the latest first."""
        with self.lock:
            new = sorted((p for p in self._phones.values() if p.unread), key=lambda p: -p.bubbles[-1].at)
            counts = [(self.people.by_openid(p.openid), p.unread) for p in new]
        return [(person, count) for person, count in counts if person is not None and count]

    def look(self, openid: str) -> tuple[list[Bubble], bool]:
        """Return what is on the screen, and whether an answer is still awaited."""
        with self.lock:
            phone = self.phone(openid)
            phone.seen = phone.next - 1
            return list(phone.bubbles), phone.waiting > 0

    def followers(self) -> list[str]:
        """Return the openids of all who follow, in the list's order."""
        listed = dict.fromkeys((*(one.openid for one in self.people.everybody()), *self._phones))
        return [openid for openid in listed if self.phone(openid).followed]

    def show(self, openid: str, side: str, text: str, **more: object) -> None:
        """Put a bubble on a screen; the lock is held."""
        self.phone(openid).show(side, text, self.clock(), **more)

    # --- deliveries -------------------------------------------------------------

    def deliver(self, openid: str, fields: Fields, *, shown: bool = True) -> Future[Outcome | None]:
        """Push in the background; ``shown`` tells whether the person sees what comes of it."""
        with self.lock:
            phone, done = self.phone(openid), Future[Outcome | None]()
            phone.waiting += shown
            delivery = Delivery(account=self.account, openid=openid, fields=fields, created=int(self.clock()))
            self._leave(phone, Push(openid, delivery, shown, done))
            return done

    def deliver_wecom(self, person: Person, fields: Fields) -> Future[Outcome | None]:
        """Push what a member says to the application in WeCom; its answer appears on his phone.

        :raises ValueError: the application has no callback
        """
        with self.lock:
            if self._wecom_pusher is None:
                raise ValueError("the application in WeCom has no callback")
            phone, done = self.phone(person.openid), Future[Outcome | None]()
            phone.waiting += 1
            delivery = Delivery(
                account=self.wecom.corp.corp_id, openid=person.key, fields=fields, created=int(self.clock())
            )
            self._leave(phone, Push(person.openid, delivery, True, done, wecom=True))
            return done

    def _leave(self, phone: Phone, push: Push) -> None:
        phone.queue.append(push)
        if not phone.leaving:
            phone.leaving = True
            self._pool.submit(self._drain, phone)

    def fresh_id(self) -> str:
        """Return a number that no message had before."""
        with self.lock:
            self._next_id += 1
            return str(self._next_id)

    def _drain(self, phone: Phone) -> None:
        """Push what waits on one phone, in order; runs in the pool."""
        while True:
            with self.lock:
                if not phone.queue:
                    phone.leaving = False
                    return
                push = phone.queue.popleft()
                if self._held is None and self.script.strike("push", "reorder", openid=phone.openid):
                    # It waits aside until the next delivery, whosever it is, has gone before it.
                    self._held = push
                    continue
                held, self._held = self._held, None
            self._push(push)
            if held is not None:
                self._push(held)

    def _push(self, push: Push) -> None:
        pusher = self._wecom_pusher if push.wecom else self._pusher
        assert pusher is not None
        try:
            outcome = pusher.push(push.delivery)
        except Exception as err:  # what we did not foresee must not leave somebody waiting for ever
            push.done.set_exception(err)
            raise
        with self.lock:
            phone = self.phone(push.openid)
            phone.waiting -= push.shown
            if push.shown and outcome.fault is not None:
                phone.show("system", UNAVAILABLE, self.clock(), hint=outcome.fault)
            elif push.shown and outcome.reply is not None:
                self._answered(phone, outcome.reply, wecom=push.wecom)
        push.done.set_result(outcome)

    def _answered(self, phone: Phone, reply: Reply, *, wecom: bool) -> None:
        if reply.media_id and self.media.shown(reply.media_id) is None:
            phone.show("system", UNAVAILABLE, self.clock(), hint="应答里的 MediaId 不存在。")
            return
        kind = "wecom" if wecom else {"news": "news", "image": "image"}.get(reply.kind, "text")
        words = reply.text or {"voice": "[语音]", "video": "[视频]", "music": "[音乐]"}.get(reply.kind, "")
        phone.show("bot", words, self.clock(), kind=kind, media_id=reply.media_id, articles=reply.articles)
