"""kill -9 of all processes under load, ten times: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.extensions import db
from portal.models import Attachment, Case, CaseTally, Deadline, Event
from portal.rules.codes import new_submission_key, parse_submission_key
from portal.services.installation import installation
from portal.services.receipts import fingerprint_of
from portal.services.tallies import recount
from portal.services.transaction import write
from tests.databases import SqliteTemplate, settings_for
from tests.serving.servers import ROOT, RunningServer, children_of
from tests.world import build_world

KILLS = 10
WRITERS = 4
NUMBER = re.compile(r"\b(\d{4}-\d{4})\b")


class Writer(threading.Thread):
    """A phone that sends reports; after a broken connection it sends the same one again, as a person would."""

    def __init__(self, port: int, photo: bytes) -> None:
        super().__init__(daemon=True)
        self.port, self.photo = port, photo
        self.stopping = threading.Event()
        # key -> (number on the receipt, the words, whether a photo was with it)
        self.acknowledged: dict[str, tuple[str, str, bool]] = {}
        self.sent: dict[str, str] = {}
        self.strange: list[str] = []

    def run(self) -> None:
        while not self.stopping.is_set():
            key, words = new_submission_key(), f"跑了三趟还是没办成 {secrets.token_hex(8)}"
            photo = len(self.sent) % 5 == 0
            self.sent[key] = words
            while not self.stopping.is_set():
                number = self._send(key, words, photo)
                if number:
                    self.acknowledged[key] = (number, words, photo)
                    break
                time.sleep(0.02)

    def _send(self, key: str, words: str, photo: bool) -> str:
        body, kind = self._form({"key": key, "at": "3m7kd2qa", "words": words}, photo)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(connection):
            try:
                connection.request("POST", "/report", body=body, headers={"Content-Type": kind})
                answer = connection.getresponse()
                text = answer.read().decode()
            except (OSError, http.client.HTTPException):
                return ""
        found = NUMBER.search(text)
        if answer.status != 200 or not found:
            self.strange.append(f"{answer.status} {text[:200]}")
            return ""
        return found.group(1)

    def _form(self, fields: dict[str, str], photo: bool) -> tuple[bytes, str]:
        mark = secrets.token_hex(8)
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
        body = "".join(parts).encode()
        if photo:
            head = 'Content-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg'
            body += f"--{mark}\r\n{head}\r\n\r\n".encode() + self.photo + b"\r\n"
        return body + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


@pytest.fixture
def hall(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Any]:
    """An installation with the small world in it, and the app to look into it afterwards."""
    from portal import create_app

    app = create_app(settings_for(tmp_path, sqlite_template.copy(tmp_path)))
    with app.app_context():
        build_world()
        db.session.remove()
        db.engine.dispose()
        yield app
        db.session.remove()
        db.engine.dispose()


def serve(folder: Path, port: int) -> RunningServer:
    command = ("-m", "portal", "serve", "--port", str(port), "--processes", "2")
    server = RunningServer(*command, PORTAL_INSTANCE_DIR=str(folder), PORTAL_PUBLIC_URL="http://localhost")
    return server.wait_until_ready()


def kill_all(server: RunningServer) -> None:
    """Every process of it at once, the parent first so that it replaces none."""
    family = {server.process.pid} | children_of(server.process.pid)
    os.kill(server.process.pid, signal.SIGSTOP)
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.finish()


def faults(writers: list[Writer]) -> list[str]:
    """What was acknowledged and is not there exactly once, as it was sent."""
    found = []
    cases = {case.submission_hash: case for case in db.session.scalars(select(Case))}
    for writer in writers:
        for key, (number, words, photo) in writer.acknowledged.items():
            case = cases.get(fingerprint_of(parse_submission_key(key) or b""))
            if case is None or case.number != number or case.words != words:
                found.append(f"{number} is lost or changed")
            elif photo and not whole_photos(case.id):
                found.append(f"{number} has lost its photo")
    known = {fingerprint_of(parse_submission_key(k) or b"") for w in writers for k in w.sent}
    found += [f"{case.number} was never sent" for hash_, case in cases.items() if hash_ not in known]
    return found


def whole_photos(case_id: int) -> bool:
    files = db.session.scalars(select(Attachment.file).where(Attachment.case_id == case_id)).all()
    store = installation().files
    return len(files) == 1 and all(Image.open(io.BytesIO(store.path(f).read_bytes())).size for f in files)


def tallies() -> set[tuple[Any, ...]]:
    return {tuple(row) for row in db.session.execute(select(*CaseTally.__table__.columns).where(CaseTally.n != 0))}


def test_ten_kills_under_load_lose_and_double_nothing(hall: Any, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(picture, "JPEG")
    server = serve(tmp_path, 0)
    writers = [Writer(server.port, picture.getvalue()) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in range(KILLS):
        before = sum(len(w.acknowledged) for w in writers)
        until = time.monotonic() + 60
        while sum(len(w.acknowledged) for w in writers) < before + 8 and time.monotonic() < until:
            time.sleep(0.01)
        kill_all(server)
        server = serve(tmp_path, server.port)
    for writer in writers:
        writer.stopping.set()
        writer.join(60)
    kill_all(server)
    assert not [s for w in writers for s in w.strange], writers[0].strange[:3]
    assert sum(len(w.acknowledged) for w in writers) >= 8 * KILLS
    assert faults(writers) == []
    cases = db.session.scalar(select(func.count(Case.id)))
    assert db.session.scalar(select(func.count(Event.seq)).where(Event.action == "case_submitted")) == cases
    assert db.session.scalar(select(func.count(func.distinct(Deadline.case_id)))) == cases
    kept = tallies()
    with write():
        recount()
    assert tallies() == kept
    check = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute('PRAGMA integrity_check').fetchone()[0])",
            str(tmp_path / "bancheng.db"),
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert check.stdout.strip() == "ok"


def test_a_planted_loss_is_found(hall: Any) -> None:
    key = new_submission_key()
    writer = Writer(0, b"")
    writer.sent[key] = "x"
    writer.acknowledged[key] = ("1234-5678", "x", False)
    assert faults([writer]) == ["1234-5678 is lost or changed"]
