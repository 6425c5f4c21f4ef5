"""The figures the README states, measured: `bin/figures` prints them, with `--run` also how long a start takes."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa

from portal import clock, create_app
from portal.demo.fill import fill
from portal.extensions import db
from portal.models import Poster
from portal.services.poster_sheets import draw
from tests.databases import SqliteTemplate, settings_for
from tests.measuring import LIMITS, MANY, cases_now, dependencies, first_visit, most_statements, multiply
from tests.serving.servers import ROOT, RunningServer

POSTERS = 108
REPEATS = 7


def main() -> None:
    """Fill a demo hall in a folder of its own, measure, and count lines."""
    parser = argparse.ArgumentParser(prog="bin/figures", description=__doc__)
    parser.add_argument("--run", action="store_true", help="also start a fresh clone by bin/run, twice (minutes)")
    arguments = parser.parse_args()
    row("measured on", f"{os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        measure_hall(Path(name))
    lines_of_code()
    row("direct run-time dependencies", str(len(dependencies())))
    if arguments.run:
        starts()


def row(what: str, figure: str) -> None:
    print(f"{what:<46} {figure}", flush=True)


def measure_hall(folder: Path) -> None:
    """Everything that is asked of a filled hall."""
    shutil.move(SqliteTemplate(folder).file, folder / "bancheng.db")
    app = create_app(settings_for(folder))
    with app.app_context():
        started = time.perf_counter()
        fill(clock.now())
        row("portal demo", f"{time.perf_counter() - started:.1f} s")
        sizes = first_visit(app)
        row("landing page alone, compressed", f"{sizes[0]:,} B")
        row("landing page, first visit, compressed", f"{sum(sizes):,} B in {len(sizes)} requests")
        few, at_few = most_statements(app), cases_now()
        multiply(MANY)
        many, at_many = most_statements(app), cases_now()
        for page, limit in LIMITS.items():
            told = f"{few[page]} with {at_few:,} cases, {many[page]} with {at_many:,}"
            row(f"SQL statements, {page}", f"{told} (at most {limit})")
        posters()
        db.session.remove()
        db.engine.dispose()


def posters() -> None:
    """All counters' posters as one file, several times."""
    whole = (sa.orm.joinedload(Poster.hall), sa.orm.joinedload(Poster.counter))
    wanted = sa.select(Poster).options(*whole).where(Poster.retired_at.is_(None), Poster.counter_id.is_not(None))
    living = list({poster.counter_id: poster for poster in db.session.scalars(wanted)}.values())[:POSTERS]
    spent = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        pdf = draw(living, "zh")
        spent.append(time.perf_counter() - started)
    told = f"{len(pdf):,} B, median {statistics.median(spent):.2f} s of {REPEATS}, best {min(spent):.2f} s"
    row(f"{len(living)} posters", told)


def lines_of_code() -> None:
    """Of what git knows; the vendored, the drawn and the generated apart."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    kinds = {
        "Python, portal": [f for f in listed if f.startswith("portal/") and f.endswith(".py") and "/demo/" not in f],
        "Python, demo hall": [f for f in listed if f.startswith("portal/demo/") and f.endswith(".py")],
        "Python, tests": [f for f in listed if f.startswith("tests/") and f.endswith(".py")],
        "templates": [f for f in listed if f.startswith("portal/templates/")],
        "CSS": [f for f in listed if f.startswith("portal/") and f.endswith(".css")],
        "JavaScript of ours": [f for f in listed if f.startswith("portal/static/js/")],
    }
    for kind, files in kinds.items():
        lines = sum(len((ROOT / file).read_text(encoding="utf-8").splitlines()) for file in files)
        row(f"lines of {kind}", f"{lines:,} in {len(files)} files")


def starts() -> None:
    """bin/run on a clone of what is committed, until it says ready: with nothing there, and again."""
    # On a disk: in memory a start would look faster than it is.
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        tree = Path(name) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(tree)], check=True)
        for what in ("clean clone, packages from pip's cache", "again"):
            started = time.perf_counter()
            server = RunningServer(program=tree / "bin/run", PORT="0", PYTHONPATH="")
            try:
                server.wait_until_ready(patience=900)
                row(f"bin/run, {what}", f"{time.perf_counter() - started:.0f} s until ready")
            finally:
                server.end(signal.SIGTERM)


if __name__ == "__main__":
    main()
