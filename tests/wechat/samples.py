"""WeChat's published vectors and one sample of every kind of delivery."""

import json
from pathlib import Path
from xml.etree import ElementTree

DATA = Path(__file__).parents[1] / "data" / "wechat"
VECTORS = json.loads((DATA / "vectors" / "official_vectors.json").read_text(encoding="utf-8"))
INBOUND = {path.stem: path.read_bytes() for path in sorted((DATA / "inbound").glob("*.xml"))}
ATTACKS = {path.stem: path.read_bytes() for path in sorted((DATA / "attack").glob("*.xml"))}

ACCOUNT = "gh_7f0testacct01"
OPENID = "oTest0000000000000000000001A"


def api_sample(name: str) -> dict:
    """Return a recorded answer of the API."""
    return json.loads((DATA / "api" / f"{name}.json").read_text(encoding="utf-8"))


def message(content: str = "我的积分", **changed: str) -> bytes:
    """Return a text message; fields given by keyword replace its own."""
    fields = {
        "ToUserName": ACCOUNT,
        "FromUserName": OPENID,
        "CreateTime": "1760000000",
        "MsgType": "text",
        "Content": content,
        "MsgId": "24000000000000000",
    } | changed
    return ("<xml>" + "".join(f"<{k}><![CDATA[{v}]]></{k}>" for k, v in fields.items()) + "</xml>").encode()


def tree(xml: bytes) -> ElementTree.Element:
    """Read our own answer with another parser than the one under test."""
    return ElementTree.fromstring(xml)  # noqa: S314 - our own answer
