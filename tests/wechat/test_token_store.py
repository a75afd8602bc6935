"""The token that all processes of the house share."""

import datetime as dt
import threading

import sqlalchemy as sa

from jifen.core import clock
from jifen.wechat.client import WeChatClient
from jifen.wechat.models import WechatToken
from jifen.wechat.token_store import DatabaseTokenStore
from jifen.wechat.tokens import LEASE, Token
from tests.simulator.kit import serve
from tests.wechat.test_client import Platform


def test_a_token_is_kept_sealed_and_forgotten_by_comparison(db):
    store, end = DatabaseTokenStore(), clock.now() + dt.timedelta(hours=2)
    assert store.get() is None
    store.forget("T1")
    assert store.claim(clock.now())
    assert store.get() is None
    store.put(Token("T1", end))
    assert store.get() == Token("T1", end)
    assert "T1" not in db.session.scalar(sa.select(WechatToken.value_sealed))
    store.forget("T0")
    assert store.get() == Token("T1", end)
    store.forget("T1")
    assert store.get() is None


def test_a_claim_is_for_one_and_ends_by_itself(db):
    store, now = DatabaseTokenStore(), clock.now()
    assert store.claim(now)
    assert not store.claim(now + LEASE - dt.timedelta(seconds=1))
    assert store.claim(now + LEASE)
    store.release()
    assert store.claim(now + LEASE)
    store.put(Token("T1", now))
    assert store.claim(now)


def test_many_workers_fetch_one_token(fresh_app):
    platform = Platform()
    together = threading.Barrier(8)
    results = []

    def worker(base, n):
        # Each with a client of its own, as in a process of its own: only the database is shared.
        with fresh_app.app_context():
            client = WeChatClient(app_id="wx1", secret="s", store=DatabaseTokenStore(), base_url=base)
            together.wait()
            results.append(
                client.send_template(
                    openid="o" * 28, template_id="TPL_1", data={"thing1": "x"}, client_msg_id=str(n)
                )
            )

    with serve(platform.app) as base:
        threads = [threading.Thread(target=worker, args=(base, n)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == ["7"] * 8
    assert platform.tokens == 1
