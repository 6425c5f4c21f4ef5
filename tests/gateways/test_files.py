"""The file store: durable, unguessable, closed to paths that lead elsewhere, honest when the disk is full."""

import errno
import os
import re
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.gateways.files import FileStore, NotStored, StoreFull, _full_disk_is_store_full, _write_through

ROOT = str(Path(__file__).parents[2])
FOREIGN_NAMES = [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "a" * 31,
    "a" * 33,
    "A" * 32,
    "a" * 32 + "\n",
    "a" * 32 + ".part",
    "a" * 30 + "/a",
    "a" * 31 + "\0",
    "ａ" * 32,
    "٣" * 32,
]


@pytest.fixture
def store(tmp_path):
    return FileStore(tmp_path / "uploads")


def files_under(root):
    return sorted(path.name for path in Path(root).rglob("*") if path.is_file())


def test_what_was_put_is_read_back_under_its_name(store):
    names = {store.put(content): content for content in (b"one", b"two", b"", b"\0" * 3_000_000)}
    for name, content in names.items():
        with store.open(name) as file:
            assert file.read() == content
        assert store.path(name).read_bytes() == content
    assert files_under(store.root) == sorted(names)


def test_names_are_random_and_the_same_content_has_two(store):
    names = [store.put(b"same") for _ in range(50)]
    assert len(set(names)) == 50
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)


def test_a_file_tells_only_the_half_hour_it_was_put(store):
    path = store.path(store.put(b"photo"))
    kept = path.stat().st_mtime_ns
    assert kept % (30 * 60 * 10**9) == 0
    assert 0 <= path.stat().st_ctime_ns - kept < 31 * 60 * 10**9
    # Nor does the folder tell when it got its last file, or lost one.
    assert path.parent.stat().st_mtime_ns % (30 * 60 * 10**9) == 0
    store.delete(path.name)
    assert path.parent.stat().st_mtime_ns % (30 * 60 * 10**9) == 0


def test_nobody_else_on_the_machine_can_read_them(store):
    path = store.path(store.put(b"private"))
    assert path.stat().st_mode & 0o077 == 0
    assert all(folder.stat().st_mode & 0o077 == 0 for folder in (path.parent, path.parent.parent, store.root))


def test_the_bytes_reach_the_disk_before_the_name_and_the_name_before_the_answer(store, monkeypatch):
    """Listens to the system calls and lets them through: a power cut can only be told by their order."""
    store.put(b"the first makes the directories")
    calls, fsync, rename = [], os.fsync, os.rename

    def heard_fsync(descriptor):
        calls.append(("fsync", Path(os.readlink(f"/proc/self/fd/{descriptor}"))))
        fsync(descriptor)

    def heard_rename(source, target):
        calls.append(("rename", Path(target)))
        rename(source, target)

    monkeypatch.setattr(os, "fsync", heard_fsync)
    monkeypatch.setattr(os, "rename", heard_rename)
    path = store.path(store.put(b"kept"))
    assert calls == [("fsync", path.with_name(path.name + ".part")), ("rename", path), ("fsync", path.parent)]
    calls.clear()
    store.delete(path.name)
    assert calls == [("fsync", path.parent)]


@pytest.mark.parametrize("name", FOREIGN_NAMES)
def test_a_name_that_is_not_ours_leads_nowhere(store, name):
    store.put(b"noise")
    for call in (store.path, store.open, store.delete):
        with pytest.raises(NotStored):
            call(name)


def test_a_link_laid_in_the_store_is_not_followed(store, tmp_path):
    store.put(b"noise")
    (tmp_path / "elsewhere").write_bytes(b"secret")
    store.path("b" * 32).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotStored):
        store.open("b" * 32)


def test_a_deleted_file_is_gone_and_may_be_deleted_twice(store):
    kept, name = store.put(b"kept"), store.put(b"gone")
    store.delete(name)
    store.delete(name)
    with pytest.raises(NotStored):
        store.open(name)
    assert files_under(store.root) == [kept]


def test_a_sweep_takes_what_is_old_and_not_kept(store):
    old, old_but_kept, young = store.put(b"old"), store.put(b"kept"), store.put(b"young")
    half = store.path("c" * 32).with_name("c" * 32 + ".part")
    half.write_bytes(b"half")
    note = store.root / "a" / "b" / "README"
    note.write_text("an operator's note")
    now = datetime.now(UTC)
    yesterday = (now - timedelta(days=1)).timestamp()
    for path in (store.path(old), store.path(old_but_kept), half, note):
        os.utime(path, (yesterday, yesterday))
    assert store.sweep(now - timedelta(hours=2), keep={old_but_kept}) == 2
    assert files_under(store.root) == sorted([old_but_kept, young, "README"])
    assert store.sweep(now - timedelta(hours=2), keep={old_but_kept}) == 0


def test_a_sweep_of_a_store_never_used_finds_nothing(store):
    assert store.sweep(datetime.now(UTC), keep=()) == 0


def test_two_processes_may_begin_at_the_same_moment(store):
    others = [FileStore(store.root) for _ in range(4)]
    threads = [threading.Thread(target=other.put, args=(b"x",)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(files_under(store.root)) == 4


# A full disk

PUT_UNDER_A_LIMIT = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from portal.gateways.files import FileStore, StoreFull
store = FileStore(Path(sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
small = store.put(b"s" * 100_000)
try: store.put(b"x" * 100_001)
except StoreFull: print(small)
"""


def test_a_file_that_finds_no_room_leaves_nothing_half_written(store):
    """The limit on file size lets the first 100,000 bytes through and then fails, as a disk does that fills up."""
    command = [sys.executable, "-c", PUT_UNDER_A_LIMIT, ROOT, str(store.root)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert files_under(store.root) == [told.strip()]


def test_the_limit_used_above_would_leave_half_a_file_to_a_careless_writer(tmp_path):
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))
with open("half", "wb", buffering=0) as file:
    file.write(b"x" * 99)
    file.write(b"x" * 90)
"""
    failed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert "File too large" in failed.stderr
    assert (tmp_path / "half").stat().st_size == 9


def test_the_answer_of_a_really_full_device_is_store_full():
    with open("/dev/full", "wb", buffering=0) as full:
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            full.write(b"x")
        with pytest.raises(StoreFull), _full_disk_is_store_full():
            full.write(b"x")


def test_another_fault_of_the_disk_is_not_called_full(tmp_path):
    with pytest.raises(FileNotFoundError), _full_disk_is_store_full():
        _write_through(tmp_path / "missing" / "file", b"x")


def test_a_store_that_cannot_make_its_directories_says_what_happened(tmp_path):
    (tmp_path / "uploads").write_text("a file where the directory should be")
    with pytest.raises(FileExistsError):
        FileStore(tmp_path / "uploads").put(b"x")


# A killed process

PUT_FOR_EVER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from portal.gateways.files import FileStore
store = FileStore(Path(sys.argv[2]))
while True: print(store.put(b"x" * 2_000_000), flush=True)
"""


@pytest.mark.parametrize("acknowledged", [1, 2, 5])
def test_a_killed_process_leaves_every_acknowledged_file_whole(store, acknowledged):
    command = [sys.executable, "-c", PUT_FOR_EVER, ROOT, str(store.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        names = [writer.stdout.readline().strip() for _ in range(acknowledged)]
        writer.send_signal(signal.SIGKILL)
        names += [line.strip() for line in writer.stdout if line.endswith("\n")]
    for name in names:
        assert store.path(name).stat().st_size == 2_000_000
    whole = [name for name in files_under(store.root) if not name.endswith(".part")]
    assert all(store.path(name).stat().st_size == 2_000_000 for name in whole)
    assert set(names) <= set(whole)
