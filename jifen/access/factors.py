"""The second factor: time codes of a phone, or one-time codes of a printed card."""

from __future__ import annotations

import hmac
import io
import secrets

import pyotp
import segno
import sqlalchemy as sa

from jifen.access import rules
from jifen.access import rules_accounts as bounds
from jifen.access.models_accounts import Account, CardCode
from jifen.core import clock, house
from jifen.core.db import db

_STEP = 30


def new_seed() -> str:
    """Return a fresh TOTP seed."""
    return pyotp.random_base32()


def qr_of(seed: str, number: str) -> str:
    """Return the QR code of a seed as SVG, for the phone's authenticator."""
    out = io.BytesIO()
    uri = pyotp.TOTP(seed).provisioning_uri(name=number, issuer_name="积分管理")
    segno.make(uri, error="m").save(out, kind="svg", xmldecl=False, svgns=True, omitsize=True, title="二维码")
    return out.getvalue().decode()


def step_of(seed: str, code: str, *, after: int | None) -> int | None:
    """Return the time step whose code was typed, one step of slack either way; None if none fits.

    :param after: the last step used; it and older ones are refused, so that no code is taken twice
    """
    digits = rules.clean_code(code)
    now = int(clock.now().timestamp()) // _STEP
    found = None
    for step in (now - 1, now, now + 1):
        right = hmac.compare_digest(pyotp.TOTP(seed).generate_otp(step).encode(), digits.encode())
        if right and (after is None or step > after):
            found = step
    return found


def code_now(seed: str) -> str:
    """Return the code that a phone with this seed shows now."""
    return pyotp.TOTP(seed).generate_otp(int(clock.now().timestamp()) // _STEP)


def seal(seed: str, *, member_id: int, purpose: str = "totp") -> str:
    """Return the seed as it may be kept, good for that person only."""
    return house.cipher().encrypt(seed, purpose=f"{purpose}:{member_id}")


def unseal(sealed: str, *, member_id: int, purpose: str = "totp") -> str:
    """Return the seed.

    :raises ValueError: changed, or another person's
    """
    return house.cipher().decrypt(sealed, purpose=f"{purpose}:{member_id}")


def new_card(member_id: int) -> list[str]:
    """Return the codes of a fresh card; the older card is dead. Part of a use case."""
    session = db.session()
    session.execute(sa.delete(CardCode).where(CardCode.member_id == member_id))
    codes = [one_code() for _ in range(bounds.CARD)]
    session.add_all(
        CardCode(member_id=member_id, number=number, digest=card_digest(member_id, code))
        for number, code in enumerate(codes, 1)
    )
    return codes


def one_code() -> str:
    """Return eight characters that nobody misreads."""
    return "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.LENGTH))


def card_digest(member_id: int, code: str) -> str:
    """Return the digest under which a card's code is kept."""
    return house.cipher().digest(f"{member_id}:{rules.clean_code(code)}", purpose="card")


def take(account: Account, code: str) -> bool:
    """Use up a code of the account's phone or card; returns whether it was good. Part of a use case."""
    if account.totp_sealed is not None:
        seed = unseal(account.totp_sealed, member_id=account.member_id)
        step = step_of(seed, code, after=account.totp_step)
        if step is None:
            return False
        account.totp_step = step
        return True
    stmt = (
        sa.update(CardCode)
        .where(
            CardCode.member_id == account.member_id,
            CardCode.digest == card_digest(account.member_id, code),
            CardCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(CardCode.number)
    )
    return db.session.scalar(stmt) is not None


def any_left(member_id: int) -> bool:
    """Return whether somebody has a card at all, used up or not."""
    return bool(db.session.scalar(sa.select(sa.exists().where(CardCode.member_id == member_id))))
