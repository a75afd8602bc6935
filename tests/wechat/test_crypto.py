"""Safe mode against WeChat's own published vectors and against whatever else may arrive."""

import base64
import dataclasses

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from jifen.wechat.crypto import SafeBox, check_token, decode_aes_key, prove, signature
from jifen.wechat.errors import Forged
from tests.wechat.samples import VECTORS

SEALED = [name for name, vector in VECTORS.items() if isinstance(vector, dict) and "encrypt" in vector]
WITH_SALT = [name for name in SEALED if "random" in VECTORS[name]]
CURRENT, PREVIOUS, STRANGE = (decode_aes_key(letter * 43) for letter in "abc")
BOX = SafeBox("wxtest0000000000001", "AAAAA", (CURRENT, PREVIOUS))


def box_of(vector: dict) -> SafeBox:
    return SafeBox(vector["appid"], vector["token"], (decode_aes_key(vector["encoding_aes_key"]),))


def reopen(box: SafeBox, encrypt: str) -> tuple[bytes, int]:
    """Sign ``encrypt`` as its sender would, and open it."""
    proof = signature(box.token, "1760000000", "17", encrypt)
    return box.open(encrypt, msg_signature=proof, timestamp="1760000000", nonce="17")


@pytest.mark.parametrize("name", SEALED)
def test_a_published_ciphertext_opens(name):
    vector = VECTORS[name]
    message, index = box_of(vector).open(
        vector["encrypt"],
        msg_signature=vector["msg_signature"],
        timestamp=vector["timestamp"],
        nonce=vector["nonce"],
    )
    assert index == 0
    if "msg" in vector:
        assert message.decode() == vector["msg"]
    for tag, value in vector.get("expect", {}).items():
        assert f"<{tag}>{value}</{tag}>" in message.decode().replace("<![CDATA[", "").replace("]]>", "")
    if "msg_len" in vector:
        assert len(message) == vector["msg_len"]


@pytest.mark.parametrize("name", WITH_SALT)
def test_sealing_repeats_the_published_bytes(name):
    vector = VECTORS[name]
    box = box_of(vector)
    message, _ = box.open(
        vector["encrypt"],
        msg_signature=vector["msg_signature"],
        timestamp=vector["timestamp"],
        nonce=vector["nonce"],
    )
    assert box.seal(message, salt=vector["random"].encode()) == vector["encrypt"]
    assert (
        signature(vector["token"], vector["timestamp"], vector["nonce"], vector["encrypt"])
        == vector["msg_signature"]
    )


@pytest.mark.parametrize(
    "name", ["url_verify", "plain_post", "safe_mode_json_inbound", "safe_mode_xml_inbound"]
)
def test_a_published_query_signature_is_proven(name):
    vector = VECTORS[name]
    prove(vector["signature"], vector["token"], vector["timestamp"], vector["nonce"])
    with pytest.raises(Forged):
        prove(vector["signature"], vector["token"], vector["timestamp"], vector["nonce"] + "0")


@given(message=st.binary(max_size=3000))
def test_what_is_sealed_opens(message):
    assert reopen(BOX, BOX.seal(message)) == (message, 0)


def test_the_previous_key_still_opens_and_is_named():
    sealed = dataclasses.replace(BOX, keys=(PREVIOUS,)).seal(b"<xml/>")
    assert reopen(BOX, sealed) == (b"<xml/>", 1)
    answer = BOX.seal(b"<xml/>", key_index=1)
    assert reopen(dataclasses.replace(BOX, keys=(PREVIOUS,)), answer) == (b"<xml/>", 0)


def raw(plain: bytes) -> str:
    """Encrypt with the current key what no honest sender would."""
    encryptor = Cipher(algorithms.AES(CURRENT), modes.CBC(CURRENT[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


HEAD = b"0123456789abcdef"
APP = BOX.app_id.encode()


@pytest.mark.parametrize(
    "encrypt",
    [
        pytest.param(
            dataclasses.replace(BOX, app_id="wxsomebodyelse00001").seal(b"hi"), id="appid of another"
        ),
        pytest.param(dataclasses.replace(BOX, keys=(STRANGE,)).seal(b"hi"), id="key of another"),
        pytest.param("", id="empty"),
        pytest.param("=", id="only padding of base64"),
        pytest.param("abc", id="not whole base64"),
        pytest.param("汉字", id="not ASCII"),
        pytest.param("AAAA", id="shorter than a block"),
        pytest.param(base64.b64encode(bytes(16)).decode(), id="half a block"),
        pytest.param(base64.b64encode(bytes(64)).decode(), id="zeros"),
        pytest.param(raw(bytes(32)), id="padding of zero"),
        pytest.param(raw(HEAD + (2).to_bytes(4, "big") + b"hi" + APP + b"\x21" * 23), id="padding over 32"),
        pytest.param(
            raw(HEAD + (2).to_bytes(4, "big") + b"hi" + APP + b"\x00" * 22 + b"\x17"), id="padding uneven"
        ),
        pytest.param(
            raw(HEAD + (2**32 - 1).to_bytes(4, "big") + b"hi" + APP + b"\x17" * 23), id="length past the end"
        ),
        pytest.param(raw(b"\x20" * 32), id="nothing but padding"),
        pytest.param(raw(b"\x04" * 28 + b"\x04" * 4), id="too short for a head"),
    ],
)
def test_a_signed_but_strange_ciphertext_is_one_typed_refusal(encrypt):
    with pytest.raises(Forged):
        reopen(BOX, encrypt)


@given(data=st.binary(max_size=200), tail=st.text(max_size=5))
def test_no_other_error_leaves(data, tail):
    with pytest.raises(Forged):
        reopen(BOX, base64.b64encode(data).decode() + tail)


@pytest.mark.parametrize("given_signature", ["", "0" * 40, "X" * 40, "汉" * 40, "0" * 39])
def test_a_wrong_signature_is_refused(given_signature):
    sealed = BOX.seal(b"hi")
    with pytest.raises(Forged):
        BOX.open(sealed, msg_signature=given_signature, timestamp="1760000000", nonce="17")


@pytest.mark.parametrize("key", ["", "a" * 42, "a" * 44, "a" * 42 + "=", "汉" * 43, "a" * 42 + "\n"])
def test_a_key_of_another_form_is_refused(key):
    with pytest.raises(ValueError, match="43"):
        decode_aes_key(key)


@pytest.mark.parametrize("token", ["", "ab", "a" * 33, "a b c", "令牌令牌"])
def test_a_token_of_another_form_is_refused(token):
    with pytest.raises(ValueError, match="token"):
        check_token(token)


def test_no_secret_is_shown():
    shown = repr(BOX)
    assert "AAAAA" not in shown
    assert repr(CURRENT) not in shown
