"""The file store: what was acknowledged is on the disk under a random name; a full disk leaves nothing half-written."""

import errno
import os
import re
import secrets
from collections.abc import Container, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

_NAME = re.compile(r"[0-9a-f]{32}")
_PART = ".part"
_HALF_HOUR = 30 * 60
# A quota, a file-size limit and a full disk are one thing to the person: there is no room.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StoreFull(Exception):
    """There is no room for the file; nothing of it was kept."""


class NotStored(LookupError):
    """There is no file of that name, or it is not a name this store could have given."""


class FileStore:
    """Files in directories of this machine, two levels of sixteen, made at the first `put` of a process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ready = False

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their name, 128 random bits in hex; on return they survive a power cut.

        Raises StoreFull when there is no room.
        """
        with _full_disk_is_store_full():
            self._make_directories()
            name = secrets.token_hex(16)
            target = self.path(name)
            part = target.with_name(name + _PART)
            try:
                _write_through(part, data)
                os.rename(part, target)
                _keep_the_half_hour(target.parent)
                _sync_directory(target.parent)
            except BaseException:
                part.unlink(missing_ok=True)
                target.unlink(missing_ok=True)
                raise
        return name

    def path(self, name: str) -> Path:
        """Where the file of that name is or would be. Raises NotStored for anything that is not a name of ours."""
        if not _NAME.fullmatch(name):
            raise NotStored(name)
        return self.root / name[0] / name[1] / name

    def open(self, name: str) -> BinaryIO:
        """Open the file for reading. Raises NotStored."""
        try:
            return os.fdopen(os.open(self.path(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP):
                raise NotStored(name) from error
            raise

    def delete(self, name: str) -> None:
        """Erase the file for good, also over a power cut. A file that is gone already is what was wanted."""
        path = self.path(name)
        with suppress(FileNotFoundError):
            path.unlink()
            _keep_the_half_hour(path.parent)
            _sync_directory(path.parent)

    def sweep(self, before: datetime, keep: Container[str]) -> int:
        """Erase what was put before the aware moment `before` and is not in `keep`, and count it.

        A file is on the disk before its row is committed: choose `before` well earlier than the moment at which
        `keep` was read. What a killed process left half-written goes by age alone.
        """
        gone = 0
        for path in self._everything():
            with suppress(FileNotFoundError):
                if path.name not in keep and path.lstat().st_mtime < before.timestamp():
                    path.unlink()
                    gone += 1
        return gone

    def _everything(self) -> Iterator[Path]:
        """Only what this store could have written: an operator's note in the tree is not ours to erase."""
        for path in self.root.glob("[0-9a-f]/[0-9a-f]/*"):
            if _NAME.fullmatch(path.name.removesuffix(_PART)):
                yield path

    def _make_directories(self) -> None:
        """Make all 272 at once and sync them: one made by a process that died before its sync could vanish later."""
        if self._ready:
            return
        digits = "0123456789abcdef"
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for first in digits:
            (self.root / first).mkdir(mode=0o700, exist_ok=True)
            for second in digits:
                (self.root / first / second).mkdir(mode=0o700, exist_ok=True)
            _sync_directory(self.root / first)
        _sync_directory(self.root)
        _sync_directory(self.root.parent)
        self._ready = True


def _write_through(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        rest = memoryview(data)
        while rest:
            # A disk that fills up in the middle first writes less than asked, and only then says so.
            rest = rest[file.write(rest) :]
        _keep_the_half_hour(descriptor)
        os.fsync(descriptor)


def _keep_the_half_hour(entry: int | Path) -> None:
    """As the rows do: a backup would tell when somebody without a name sat there and wrote."""
    kept = int(os.stat(entry).st_mtime) // _HALF_HOUR * _HALF_HOUR
    os.utime(entry, (kept, kept))


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _full_disk_is_store_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StoreFull from error
        raise
