"""Where contents lie: under ``MEDIA_ROOT``, by hash, each written whole or not at all."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from levante.kernel.api import refuse

#: The disk is full, the quota is used up, or the process may not write a file that large.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


_apart: ContextVar[Path | None] = ContextVar("contents_apart", default=None)


def root() -> Path:
    """Where contents lie now."""
    return _apart.get() or Path(settings.MEDIA_ROOT)


@contextmanager
def contents_apart() -> Iterator[None]:
    """Keep what is written from here on in a folder that goes away at the end: a rehearsal leaves no file."""
    with tempfile.TemporaryDirectory(prefix="levante-") as folder:
        token = _apart.set(Path(folder))
        try:
            yield
        finally:
            _apart.reset(token)


@dataclass(frozen=True, slots=True)
class Content:
    """A content written beside its place and not yet put there."""

    path: Path
    sha256: str
    size: int

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


def path_of(sha256: str) -> Path:
    """The place of a content: two levels of folders, so that none holds millions of names."""
    return root() / sha256[:2] / sha256[2:4] / sha256


def write_aside(chunks: Iterable[bytes], *, limit: int) -> Content | None:
    """Write what comes to a file of its own, durable; ``None`` when it is over ``limit`` bytes (nothing stays).

    A full disk (or ``RLIMIT_FSIZE``) removes the part already written and refuses with a clear reason.
    """
    folder = root() / "incoming"
    digest, size, path = hashlib.sha256(), 0, None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        path = Path(name)
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    path.unlink()
                    return None
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        if path is not None:
            path.unlink(missing_ok=True)
        if error.errno in NO_ROOM:
            refuse(
                "Il file non è stato salvato: in questo momento il sistema non ha spazio. "
                "Le altre risposte sono al sicuro; riprova tra poco o avvisa l’assistenza.",
                "The file was not saved: the system has no room at the moment. "
                "The other answers are safe; retry in a while or tell the help desk.",
            )
        raise
    except BaseException:
        if path is not None:
            path.unlink(missing_ok=True)
        raise
    return Content(path, digest.hexdigest(), size)


def put_in_place(content: Content) -> bool:
    """Move a content to its place; false when the same content was already there."""
    target = path_of(content.sha256)
    if target.exists():
        content.discard()
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    content.path.replace(target)
    return True
