"""Whether the house lives, can work, and how much it does."""

from __future__ import annotations

import sqlalchemy as sa

from jifen import create_app
from jifen.web.health import migration_heads

FAR = {"REMOTE_ADDR": "203.0.113.9"}


def test_it_lives_and_can_work(client):
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["migration"]) == (200, sorted(migration_heads()))


def test_it_is_not_ready_with_older_tables(client, db):
    db.session.execute(sa.text("UPDATE alembic_version SET version_num = '0000_before'"))
    refused = client.get("/readyz")
    assert (refused.status_code, refused.get_json()["code"]) == (503, "not_ready")
    assert client.get("/healthz").status_code == 200


def test_it_is_not_ready_without_a_database(settings):
    alone = create_app(settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    client = alone.test_client()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    gone = client.get("/api/v1/me", headers={"Authorization": "Bearer jf_x"})
    assert (gone.status_code, gone.get_json()["code"], gone.headers["Retry-After"]) == (
        503,
        "unavailable",
        "2",
    )


def test_figures_are_for_this_machine_or_for_who_keeps_it_running(client, as_):
    client.get("/api/v1/me")
    shown = client.get("/metrics")
    assert 'jifen_requests_total{method="GET",route="/api/v1/me",status="401"}' in shown.text
    assert client.get("/metrics", environ_base=FAR).status_code == 401
    for who, status in (("it", 200), ("member", 403)):
        headers = {"Authorization": f"Bearer {as_(who).token}"}
        assert client.get("/metrics", environ_base=FAR, headers=headers).status_code == status
    narrow = {"Authorization": f"Bearer {as_('it', 'jobs:read').token}"}
    assert client.get("/metrics", environ_base=FAR, headers=narrow).status_code == 403
