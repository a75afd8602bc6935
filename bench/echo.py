"""The peer: a bare AES echo as wechatpy's own documentation writes it."""

from __future__ import annotations

import os

from flask import Flask, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto

app = Flask(__name__)
crypto = WeChatCrypto(
    os.environ["JIFEN_WECHAT_TOKEN"], os.environ["JIFEN_WECHAT_AES_KEY"], os.environ["JIFEN_WECHAT_APP_ID"]
)


@app.post("/wechat")
def echo() -> str:
    """Say back what was said."""
    args = request.args
    xml = crypto.decrypt_message(request.data, args["msg_signature"], args["timestamp"], args["nonce"])
    message = parse_message(xml)
    reply = create_reply(message.content, message).render()
    return crypto.encrypt_message(reply, args["nonce"], args["timestamp"])
