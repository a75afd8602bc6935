"""The demo's wall: every state, photos by consent only, reviews with their reasons; honours of every fate."""

import pytest
import sqlalchemy as sa

from jifen.demo import month, portraits
from jifen.files.images import clean
from jifen.model_posts import queries, queries_honours, queries_public


@pytest.fixture
def people(city):
    return month._people()


def test_the_register_knows_every_state(people):
    states = {one.state for one in queries.register(by=people["周建平"])}
    assert states == {
        "applied",
        "publicised",
        "active",
        "warned",
        "rectifying",
        "withdrawn",
        "expired",
        "refused",
    }


def test_photos_hang_by_consent_and_go_with_it(people, city):
    shown = {one.title: [face.photo_id is not None for face in one.faces] for one in queries_public.wall()}
    assert shown["林权综合服务窗口"] == [True, False, False]
    assert shown["林木采伐审批岗"] == [True]
    assert shown["种苗检验岗"] == [False]
    said = "SELECT count(*), count(withdrawn_at) FROM model_post_consent WHERE what = 'photo'"
    assert city.session.execute(sa.text(said)).one() == (3, 1)
    assert city.session.scalar(sa.text("SELECT count(*) FROM photo WHERE model_post_id IS NOT NULL")) == 2


def test_reviews_have_their_reasons_and_one_is_due(people):
    by_title = {one.title: one.id for one in queries.register(by=people["周建平"])}
    for title, reason in (("滨江绿地责任区", "东段补植的树"), ("老河道责任区", "群众反映属实")):
        said = queries.opened(by_title[title], by=people["周建平"]).said
        assert any(reason in one.reason and one.subject == "model_review" for one in said)
    refused = queries.opened(by_title["公文收发岗"], by=people["徐海燕"])
    assert "事迹不够具体" in refused.said[0].reason
    waits = {(one.what, one.about.title) for one in queries.waiting(by=people["郑文彬"])}
    assert ("review", "林木采伐审批岗") in waits


def test_of_one_deed_the_highest_honour_counts(people):
    mine = {
        one.level: one.counts for one in queries_honours.of(people["高伟民"].member_id, by=people["高伟民"])
    }
    assert mine == {"市级": True, "本单位": False}
    states = {
        one.state
        for name in ("高伟民", "何雨桐", "许静", "马国栋")
        for one in queries_honours.of(people[name].member_id, by=people[name])
    }
    assert states == {"confirmed", "proposed", "refused", "revoked"}
    assert [one.title for one in queries_honours.waiting(by=people["周建平"])] == ["局机关服务标兵"]


def test_a_portrait_is_a_picture_that_the_house_takes_and_of_nobody():
    assert portraits.drawn(3) == portraits.drawn(3) != portraits.drawn(4)
    assert clean(portraits.drawn(3)) is not None
    assert len(portraits.drawn(3)) < 20_000
