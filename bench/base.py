"""Where measurements happen: a server and databases of their own, kept between runs."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
from flask import Flask
from psycopg import sql

from bot import open_door
from jifen import create_app
from jifen.access import queries as access
from jifen.core.actor import Actor, Door
from jifen.core.db import db
from jifen.core.postgres import Embedded, conninfo
from jifen.core.settings import ROOT, Settings, load

HOME = Path(os.environ.get("JIFEN_BENCH_DIR", ROOT / "var" / "bench"))
OUT = ROOT / "bench.json"
Figure = dict[str, Any]


def settings() -> Settings:
    """Return the settings of a development installation in the bench's own folder."""
    return load({"JIFEN_DATA_DIR": str(HOME), "JIFEN_SIMULATOR": "0"})


def server() -> str:
    """Start the bench's own server, if need be, and return its URL."""
    HOME.mkdir(parents=True, exist_ok=True)
    return Embedded(HOME).ensure()


def _made_of() -> str:
    """Return a mark of what a kept database is made of: with another schema or text it is made anew."""
    of = [
        *ROOT.glob("migrations/versions/*.py"),
        *ROOT.glob("config/privacy/*"),
        ROOT / "bench" / "city.py",
        ROOT / "bench" / "bots.py",
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(of))).hexdigest()[:8]


@contextmanager
def database(name: str, fill: Callable[[], None]) -> Iterator[tuple[Flask, str]]:
    """Give a migrated database, filled once and kept; yields the application and its URL."""
    url = server()
    kept = f"bench_{name}_{_made_of()}"
    own = url.replace("@/jifen?", f"@/{kept}?")
    with psycopg.connect(conninfo(url), autocommit=True) as admin:
        listed = admin.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %s", (f"^bench_{name}(_[0-9a-f]{{8}}|_half)?$",)
        )
        there = {row[0] for row in listed}
        if kept not in there:
            half = f"bench_{name}_half"
            for old in there:
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
            app = create_app(settings(), database_url=url.replace("@/jifen?", f"@/{half}?"))
            with app.app_context():
                flask_migrate.upgrade()
                fill()
                db.session.remove()
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as c:
                    c.exec_driver_sql("VACUUM ANALYZE")
                db.engine.dispose()
            # Named only when it is whole: a killed run begins this database anew and keeps the others.
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            admin.execute(rename.format(sql.Identifier(half), sql.Identifier(kept)))
    app = create_app(settings(), database_url=own)
    open_door(app)
    with app.app_context():
        yield app, own
        db.session.remove()
        db.engine.dispose()


def acting(member_id: int) -> Actor:
    """Return one of the bench's people as he stands today."""
    found = access.actor_of(member_id, Door.API)
    assert found is not None, f"the filled city has a member {member_id}"
    return found


def median_ms(work: Callable[[], Any], *, runs: int = 200, warm: int = 20) -> float:
    """Return the median time of ``work`` in milliseconds."""
    for _ in range(warm):
        work()
    times = []
    for _ in range(runs):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def figure(value: float, aim: float, *, at_most: bool = False, unit: str, how: str, **more: Any) -> Figure:
    """Return a figure beside its aim."""
    met = value <= aim if at_most else value >= aim
    return {"value": round(value, 3), "aim": aim, "met": met, "unit": unit, "how": how, **more}


def keep(key: str, found: Figure) -> None:
    """Write a figure into bench.json beside those of earlier runs."""
    known = json.loads(OUT.read_text()) if OUT.exists() else {}
    known[key] = found
    OUT.write_text(json.dumps(dict(sorted(known.items())), ensure_ascii=False, indent=2) + "\n")
