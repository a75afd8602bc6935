"""What the API brings onto the phones: customer messages, template messages, notices, and WeCom's."""

from __future__ import annotations

from typing import Any

from bot.simulator import acts
from bot.simulator.ground import Ground
from bot.simulator.phones import Article
from bot.simulator.refusals import Refused
from bot.simulator.replies import MAX_TEXT
from bot.simulator.rules.templates import Template

#: Kinds of customer messages that carry a MediaId.
_WITH_MEDIA = {"image": "[图片]", "voice": "[语音]", "video": "[视频]"}


class Arrivals(Ground):
    """The phones as the account's API reaches them. Every method takes the lock."""

    def receive_custom(self, openid: str, kind: Any, part: dict[str, Any]) -> None:
        """Take a customer message (客服消息).

        :raises Refused: 40003, 40008 and others for its form, 45015 outside the windows, 45047 when they are full
        """
        with self.lock:
            shown = self._custom(kind, part)
            if not self.known(openid):
                raise Refused(40003)
            phone, now = self.phone(openid), self.clock()
            windows = {name: w for name, w in phone.windows.items() if w[0] > now}
            if not phone.followed or not windows:
                raise Refused(45015)
            name = max(windows, key=lambda one: windows[one][1])
            until, left = windows[name]
            if left <= 0:
                raise Refused(45047)
            phone.windows[name] = (until, left - 1)
            phone.show("bot", shown.pop("text"), now, **shown)

    def _custom(self, kind: Any, part: dict[str, Any]) -> dict[str, Any]:
        """Return the bubble of a customer message."""
        if kind == "text":
            return {"text": _words(part.get("content"))}
        if kind in _WITH_MEDIA:
            media_id = part.get("media_id")
            self.media.get(media_id if isinstance(media_id, str) else "")
            return {
                "text": _WITH_MEDIA[kind],
                "kind": "image" if kind == "image" else "text",
                "media_id": media_id,
            }
        if kind == "news":
            listed = part.get("articles")
            if not isinstance(listed, list) or len(listed) != 1 or not isinstance(listed[0], dict):
                raise Refused(45008, "article size out of limit")
            texts = [str(listed[0].get(name) or "") for name in ("title", "description", "picurl", "url")]
            return {"text": "", "kind": "news", "articles": (Article(*texts),)}
        if kind == "msgmenu":
            listed = part.get("list")
            if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
                raise Refused(40008)
            choices = tuple((str(one.get("id", "")), str(one.get("content", ""))) for one in listed)
            head, tail = str(part.get("head_content") or ""), str(part.get("tail_content") or "")
            return {"text": head, "kind": "choice", "lines": choices, "hint": tail}
        if kind == "miniprogrampage":
            return {"text": f"[小程序] {part.get('title') or ''}"}
        raise Refused(40008)

    def receive_template(
        self,
        openid: str,
        template: Template,
        lines: list[tuple[str, str]],
        *,
        client_msg_id: str | None = None,
        url: str = "",
    ) -> int:
        """Take a template message (模板消息) and tell the product later how it went.

        :return: the platform's message id
        :raises Refused: 40003, 43004, 40241
        """
        with self.lock:
            if not self.known(openid):
                raise Refused(40003)
            phone = self.phone(openid)
            if not phone.followed:
                raise Refused(43004)
            msg_id, first = self.templates.once(
                openid,
                client_msg_id=client_msg_id,
                same=(template.id, lines),
                fresh=lambda: int(self.fresh_id()),
            )
            if not first:
                return msg_id
            status = "failed:user block" if phone.refuses_templates else "success"
            if fault := self.script.strike("finish", openid=openid):
                status = fault.status
            if status == "success":
                self.show(openid, "notice", template.title, lines=tuple(lines), url=url)
            self.deliver(openid, acts.template_sent(str(msg_id), status), shown=False)
            return msg_id

    def receive_notice(
        self, openid: str, template: Template, lines: list[tuple[str, str]], *, url: str = ""
    ) -> int:
        """Take a subscription notice (订阅通知) for one who agreed to it.

        :return: the platform's message id
        :raises Refused: 40003, 43101
        """
        with self.lock:
            if not self.known(openid):
                raise Refused(40003)
            self.consents.use(openid, template.id)
            msg_id = self.fresh_id()
            fault = self.script.strike("finish", openid=openid)
            if fault is None:
                self.show(openid, "notice", template.title, lines=tuple(lines), url=url)
            code, status = (0, "success") if fault is None else (20001, fault.status)
            self.deliver(openid, acts.notice_sent(template.id, msg_id, code, status), shown=False)
            return int(msg_id)

    def receive_wecom(self, users: list[str], words: str, url: str) -> list[str]:
        """Show a WeCom message to each of ``users``; return those that nobody knows."""
        with self.lock:
            unknown = []
            for user in users:
                person = self.people.by_key(user)
                if person is None:
                    unknown.append(user)
                else:
                    self.show(
                        person.openid, "notice", "企业微信", kind="wecom", lines=(("", words),), url=url
                    )
            return unknown


def _words(content: Any) -> str:
    if not isinstance(content, str):
        raise Refused(40008)
    if not content or len(content.encode()) > MAX_TEXT:
        raise Refused(45002)
    return content
