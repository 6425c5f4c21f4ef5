"""A photo is on the disk before its row, its row before the answer; what nobody sends is swept."""

from __future__ import annotations

import io
import os
import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from portal.extensions import db
from portal.gateways.files import FileStore, StoreFull
from portal.gateways.photos import Reason
from portal.models import Attachment
from portal.rules.codes import submission_fingerprint
from portal.services.attachments import (
    MAX_PHOTOS,
    NO_ROOM,
    NO_TIME,
    READ_AT_MOST,
    SENTENCES,
    TOO_MANY,
    bind_staged,
    photo_file,
    photos_of,
    remove_staged,
    stage_photo,
    stage_photos,
    staged,
    sweep_orphans,
    sweep_staged,
)
from portal.services.errors import Refused
from portal.services.installation import installation
from portal.services.submissions import Report, submit_case
from tests.gateways.photo_samples import (
    corners,
    jpeg_of_endless_scans,
    jpeg_with_everything,
    png_of_one_colour,
    strangers,
    write,
    zipped,
)
from tests.world import World

AT = datetime(2026, 10, 8, 6, 6, 41, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(at: Any) -> None:
    at(AT)


@pytest.fixture
def key(any_world: World) -> bytes:
    return secrets.token_bytes(16)


def jpeg(width: int = 400) -> bytes:
    data: bytes = write(corners(width, 300), "JPEG")
    return data


def on_disk() -> set[str]:
    return {path.name for path in installation().files.root.glob("?/?/*")}


def count() -> int:
    return int(db.session.scalar(select(func.count()).select_from(Attachment)) or 0)


def case_of(key: bytes) -> int:
    return submit_case(Report("有照片的事", slug="3m7kd2qa"), key, AT).case_id


def test_a_photo_is_kept_anew_with_its_thumbnail_and_nothing_else(key: bytes) -> None:
    photo = stage_photo(key, jpeg_with_everything())
    assert on_disk() == {photo.file, photo.thumbnail}
    picture = Image.open(io.BytesIO(photo_file(photo.file).read_bytes()))
    assert (picture.width, picture.height) == (photo.width, photo.height)
    assert strangers(photo_file(photo.file).read_bytes()) == []
    assert photo.submission_hash == submission_fingerprint(installation().keys.pepper, key)
    assert photo.at == AT.replace(minute=0, second=0)
    assert photo.name not in (photo.file, photo.thumbnail)


def test_every_reason_has_a_sentence_of_its_own(any_app: Flask) -> None:
    assert set(SENTENCES) == set(Reason)
    with any_app.test_request_context():
        assert len({str(text) for text in SENTENCES.values()}) == len(Reason)


def test_what_is_no_photo_is_refused_with_its_sentence_and_leaves_nothing(key: bytes) -> None:
    for data, reason in (
        (b"", Reason.EMPTY),
        (b"%PDF-1.4 x", Reason.PDF),
        (b"GIF89a" + bytes(20), Reason.GIF),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1" + bytes(300), Reason.HEIC),
        (zipped(), Reason.ARCHIVE),
        (b"hello", Reason.WRONG_TYPE),
        (jpeg()[:300], Reason.BROKEN),
        (png_of_one_colour(20000, 20000), Reason.TOO_MANY_PIXELS),
    ):
        with pytest.raises(Refused) as refused:
            stage_photo(key, data)
        assert refused.value.message is SENTENCES[reason]
        assert refused.value.fields == {"photo": refused.value.message}
    with pytest.raises(Refused) as refused:
        stage_photo(key, b"\xff\xd8\xff" + bytes(READ_AT_MOST))
    assert refused.value.message is SENTENCES[Reason.TOO_BIG]
    assert count() == 0
    assert on_disk() == set()


def test_the_same_photo_again_is_the_same_row(key: bytes) -> None:
    first = stage_photo(key, jpeg())
    assert stage_photo(key, jpeg()).id == first.id
    assert count() == 1
    other = stage_photo(secrets.token_bytes(16), jpeg())
    assert other.id != first.id


def test_six_are_enough_whether_they_wait_or_were_sent(key: bytes) -> None:
    for number in range(MAX_PHOTOS):
        stage_photo(key, jpeg(200 + number))
    with pytest.raises(Refused):
        stage_photo(key, jpeg(500))
    case_of(key)
    with pytest.raises(Refused):
        stage_photo(key, jpeg(500))
    assert count() == MAX_PHOTOS


def test_six_are_looked_at_in_one_request_whatever_becomes_of_them(key: bytes) -> None:
    sent = [(f"{number}.txt", io.BytesIO(b"%d" % number)) for number in range(5)]
    good = jpeg()
    sent += [("a.jpg", io.BytesIO(good)), *((f"b{number}.jpg", io.BytesIO(jpeg(500 + number))) for number in range(4))]
    faults = stage_photos(key, sent)
    assert [name for name, _why in faults] == [name for name, _stream in sent if name != "a.jpg"]
    assert [why for _name, why in faults] == [SENTENCES[Reason.WRONG_TYPE]] * 5 + [TOO_MANY] * 4
    assert count() == 1
    assert {stream.tell() for _name, stream in sent[MAX_PHOTOS:]} == {0}


def test_the_same_bytes_are_decoded_once_and_what_took_too_long_ends_the_request(key: bytes) -> None:
    endless = jpeg_of_endless_scans()
    faults = stage_photos(key, [(name, io.BytesIO(data)) for name, data in (("a", endless), ("b", endless))])
    assert faults == [("a", SENTENCES[Reason.TOOK_TOO_LONG])]
    faults = stage_photos(key, [("a", io.BytesIO(endless)), ("b", io.BytesIO(jpeg()))])
    assert faults == [("a", SENTENCES[Reason.TOOK_TOO_LONG]), ("b", NO_TIME)]
    assert count() == 0
    assert stage_photos(key, [("b", io.BytesIO(jpeg()))]) == []
    assert count() == 1


def test_staged_photos_are_seen_and_taken_back_by_their_key_alone(key: bytes) -> None:
    mine, other = stage_photo(key, jpeg()), stage_photo(key, jpeg(500))
    stranger = secrets.token_bytes(16)
    assert [photo.id for photo in staged(key)] == [mine.id, other.id]
    assert staged(stranger) == []
    assert remove_staged(stranger, [mine.name]) == 0
    assert remove_staged(key, []) == 0
    assert remove_staged(key, [mine.name, "nonsense"]) == 1
    assert [photo.id for photo in staged(key)] == [other.id]
    assert on_disk() == {other.file, other.thumbnail}


def test_a_photo_that_was_sent_cannot_be_taken_back(key: bytes) -> None:
    photo = stage_photo(key, jpeg())
    case_id = case_of(key)
    assert remove_staged(key, [photo.name]) == 0
    assert [kept.name for kept in photos_of(case_id)] == [photo.name]
    assert staged(key) == []


def test_binding_again_changes_nothing(key: bytes) -> None:
    stage_photo(key, jpeg())
    case_id, other = case_of(key), case_of(secrets.token_bytes(16))
    fingerprint = submission_fingerprint(installation().keys.pepper, key)
    assert bind_staged(fingerprint, other) == 0
    assert len(photos_of(case_id)) == 1


def test_what_nobody_sends_is_swept_after_two_hours_and_never_before(key: bytes) -> None:
    stage_photo(key, jpeg())
    sent_key = secrets.token_bytes(16)
    stage_photo(sent_key, jpeg())
    case_id = case_of(sent_key)
    assert sweep_staged(AT + timedelta(hours=2) - timedelta(seconds=1)) == 0
    assert sweep_staged(AT + timedelta(hours=2, minutes=31)) == 1
    kept = photos_of(case_id)[0]
    assert on_disk() == {kept.file, kept.thumbnail}
    assert sweep_staged(AT + timedelta(days=30)) == 0


def test_files_without_a_row_go_after_a_day(key: bytes) -> None:
    photo = stage_photo(key, jpeg())
    orphan = installation().files.put(b"its process was killed before the row")
    young = installation().files.put(b"its row is being written")
    for name in (orphan, photo.file, photo.thumbnail):
        old = (AT - timedelta(days=2)).timestamp()
        os.utime(installation().files.path(name), (old, old))
    os.utime(installation().files.path(young), (AT.timestamp(), AT.timestamp()))
    assert sweep_orphans(AT) == 1
    assert on_disk() == {photo.file, photo.thumbnail, young}


def test_a_full_disk_is_told_and_leaves_nothing(key: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    real = FileStore.put

    def full_at_the_second(self: FileStore, data: bytes) -> str:
        if on_disk():
            raise StoreFull
        return real(self, data)

    monkeypatch.setattr(FileStore, "put", full_at_the_second)
    with pytest.raises(Refused) as refused:
        stage_photo(key, jpeg())
    assert refused.value.message is NO_ROOM
    assert on_disk() == set()
    assert count() == 0


def test_a_database_that_fails_leaves_no_file(any_app: Flask, key: bytes) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import SQLAlchemyError

    db.session.execute(text("ALTER TABLE attachment RENAME COLUMN sha256 TO gone"))
    db.session.commit()
    with pytest.raises(SQLAlchemyError):
        stage_photo(key, jpeg())
    db.session.rollback()
    assert on_disk() == set()


def test_the_same_photo_sent_at_once_is_kept_once(any_app: Flask, any_world: World) -> None:
    mine, data = secrets.token_bytes(16), write(corners(), "JPEG")
    names: list[str] = []

    def send() -> None:
        with any_app.app_context():
            names.append(stage_photo(mine, data).name)

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 5
    assert len(set(names)) == 1
    assert len(staged(mine)) == 1
    assert len([path for path in installation().files.root.rglob("*") if path.is_file()]) == 2
