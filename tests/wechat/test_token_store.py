"""The token that all processes of the house share."""

import datetime as dt
import multiprocessing

import pytest
import sqlalchemy as sa

from jifen import create_app
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.wechat.circuit_store import DatabaseCircuits
from jifen.wechat.client import ApiError, Unreachable, WeChatClient
from jifen.wechat.models import WechatToken
from jifen.wechat.token_store import DatabaseTokenStore
from jifen.wechat.tokens import LEASE, Token
from tests.simulator.kit import serve
from tests.wechat.samples import api_sample
from tests.wechat.test_client import Platform


def test_a_token_is_kept_sealed(db):
    store, now = DatabaseTokenStore(), clock.now()
    token = Token("T1", now + dt.timedelta(hours=2), now)
    assert store.get() is None
    assert store.claim(now)
    assert store.get() is None
    store.put(token)
    assert store.get() == token
    assert "T1" not in db.session.scalar(sa.select(WechatToken.value_sealed))
    assert DatabaseTokenStore("wecom_token").get() is None


def test_a_forced_renewal_is_for_one_and_not_again_for_ten_minutes(db):
    store, now = DatabaseTokenStore(), clock.now()
    store.claim(now)
    assert store.may_force(now)
    assert not store.may_force(now + dt.timedelta(minutes=9))
    assert store.may_force(now + dt.timedelta(minutes=10))


def test_a_claim_is_for_one_and_ends_by_itself(db):
    store, now = DatabaseTokenStore(), clock.now()
    assert store.claim(now)
    assert not store.claim(now + LEASE - dt.timedelta(seconds=1))
    assert store.claim(now + LEASE)
    store.release()
    assert store.claim(now + LEASE)
    store.put(Token("T1", now, now))
    assert store.claim(now)


WORKERS = 8
FORKS = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def sender(url: str, base: str, settings, number: int, barrier, answers) -> None:
    """A process of its own: only the database is shared with the others."""
    app = create_app(settings, database_url=url)
    with app.app_context():
        client = WeChatClient(
            app_id="wx1",
            secret="s",
            store=DatabaseTokenStore(),
            circuits=DatabaseCircuits(),
            base_url=base,
        )
        barrier.wait()
        try:
            said = client.send_template(
                openid="o" * 28, template_id="TPL_1", data={"thing1": "x"}, client_msg_id=str(number)
            )
        except (ApiError, Unreachable) as err:
            said = type(err).__name__
        answers.put(said)


@pytest.fixture
def alone(fresh_app):
    """The application without a connection that a forked process would share."""
    with fresh_app.app_context():
        db.engine.dispose()
    return fresh_app


def eight_processes(app, settings, base) -> list[str]:
    """Let eight processes send at the same moment."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    forking = multiprocessing.get_context("fork")
    barrier, answers = forking.Barrier(WORKERS), forking.Queue()
    workers = [
        forking.Process(target=sender, args=(url, base, settings, n, barrier, answers))
        for n in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(30)
    return sorted(found)


@FORKS
def test_eight_processes_fetch_one_token_each_time_it_ends(alone, settings):
    platform = Platform()
    with serve(platform.app) as base:
        assert eight_processes(alone, settings, base) == ["7"] * WORKERS
        assert platform.tokens == 1
        with alone.app_context():
            with transaction() as session:
                session.execute(sa.update(WechatToken).values(expires_at=clock.now()))
            db.engine.dispose()
        assert eight_processes(alone, settings, base) == ["7"] * WORKERS
        assert platform.tokens == 2


@FORKS
def test_eight_processes_that_are_refused_fetch_three_tokens_at_most(alone, settings):
    platform = Platform()
    platform.answers = [lambda: api_sample("error_40001")]
    with serve(platform.app) as base:
        answers = eight_processes(alone, settings, base)
    assert set(answers) <= {"ApiError", "CircuitOpen"}
    assert platform.tokens <= 3
    assert [one.get("force_refresh", False) for one in platform.fetches].count(True) == 1
    with alone.app_context():
        [circuit] = DatabaseCircuits().look("*")
        assert circuit.open_until > clock.now()
