"""What a reason for giving a report back says, as far as a rule depends on it. Pure."""

from __future__ import annotations

import re

_MATERIAL = re.compile(
    r"(?:缺|没有?|无|未|少|补|需要?|请|要|附上?|提供|上传|交).{0,6}(?:材料|佐证|证明|照片|图片|附件|凭证|截图|证书|文件|文号)"
    r"|(?:材料|佐证|证明|照片|图片|附件|凭证|截图|证书).{0,4}(?:不全|不足|不够|没有?|缺|未|呢)"
)
_PICTURES = re.compile(r"照片|图片|截图")


def asks_for_material(reason: str) -> bool:
    """Return whether the reason is that material is missing."""
    return bool(_MATERIAL.search(reason))


def asks_for_photos(reason: str) -> bool:
    """Return whether the material that is missed is a photo."""
    return asks_for_material(reason) and bool(_PICTURES.search(reason))
