"""QR codes with a meaning (带参数二维码): who scans one is known by the scene it carries."""

from __future__ import annotations

from dataclasses import dataclass

from jifen.wechat.client import Unreachable, WeChatClient

#: Characters that a scene may have.
LONGEST_SCENE = 64


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code that the platform made."""

    #: What stands in the picture; drawn by us, so that no browser asks another server for it.
    url: str
    #: Seconds that it is good for.
    seconds: int


def create(client: WeChatClient, scene: str, *, seconds: int) -> QrCode:
    """Have a code made that ends by itself; asking again makes another.

    :param scene: 1 to 64 characters; comes back as ``qrscene_…`` or as it is when somebody scans
    :raises ValueError: a scene that the platform would cut or refuse
    :raises ApiError, Unreachable: see there
    """
    if not 1 <= len(scene) <= LONGEST_SCENE or not scene.isascii():
        raise ValueError("scene of 1 to 64 ASCII characters")
    answer = client.call(
        "/cgi-bin/qrcode/create",
        {
            "expire_seconds": seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        },
    )
    url, life = answer.get("url"), answer.get("expire_seconds", seconds)
    if not isinstance(url, str) or not url or not isinstance(life, int):
        raise Unreachable("QR answer is not as documented", maybe_done=True)
    return QrCode(url, life)
