"""Uploads stopped while they arrive: what is over the limit or finds no room never fills the disk nor breaks the page."""

import io
from collections.abc import Iterator
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from levante.documents.kinds import to_lighten
from levante.documents.storage import NO_ROOM
from levante.kernel.api import Refused
from levante.kernel.pure import Bilingual

MEGABYTE = 1024 * 1024

#: The most a file may be where the public and the enterprises upload. Imports of the desk have their own (``DESK_LIMIT``).
LIMIT = 25 * MEGABYTE
DESK_LIMIT = 2048 * MEGABYTE
DESK = ("/ufficio/", "/en/ufficio/")

NO_SPACE = Bilingual(
    "Il file non è stato salvato: in questo momento il sistema non ha spazio. Le altre risposte sono al sicuro.",
    "The file was not saved: the system has no room at the moment. The other answers are safe.",
)


def _too_large(limit: int, name: str) -> Bilingual:
    tip = to_lighten(name)
    return Bilingual(
        f"Il file supera {limit // MEGABYTE} MB: non è stato caricato. {tip.it}",
        f"The file is over {limit // MEGABYTE} MB: it was not uploaded. {tip.en}",
    )


class RefusedUpload(UploadedFile):
    """What stands where a file was stopped on its way: whoever would read it is refused with the reason, so that nothing is
    ever recorded as if it had not been given."""

    def __init__(self, reason: Bilingual, name: str, size: int) -> None:
        super().__init__(io.BytesIO(), name=name, size=size)
        self.reason = reason

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        raise Refused(self.reason)

    def read(self, *args: Any) -> bytes:
        raise Refused(self.reason)


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes an upload to a temporary file up to the limit; beyond it, or without room, forgets it and goes on.

    The view finds a file that refuses to be read (``RefusedUpload``) and, on ``request.upload_refused``, the reason in both
    languages.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - the name Django gives it
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        path = getattr(self.request, "path", "")
        self.limit = DESK_LIMIT if path.startswith(DESK) else LIMIT

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.refused: Bilingual | None = None
        self.written = 0
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._refuse(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.refused is not None:
            return None
        self.written += len(raw_data)
        if self.written > self.limit:
            self._forget(_too_large(self.limit, self.file_name or ""))
            return None
        try:
            self.file.write(raw_data)
        except OSError as error:
            self._refuse(error)
        return None

    def file_complete(self, file_size: int) -> Any:
        if self.refused is None:
            try:
                return super().file_complete(file_size)
            except OSError as error:
                self._refuse(error)
        assert self.refused is not None
        return RefusedUpload(self.refused, self.file_name or "", max(self.written, 1))

    def _refuse(self, error: OSError) -> None:
        if error.errno not in NO_ROOM:
            raise error
        self._forget(NO_SPACE)

    def _forget(self, reason: Bilingual) -> None:
        self.refused = reason
        if self.request is not None:
            self.request.upload_refused = reason  # type: ignore[attr-defined]
        file = getattr(self, "file", None)
        if file is not None:
            try:
                file.close()
            except OSError as error:  # what was still to be written has no room either
                if error.errno not in NO_ROOM:
                    raise
        if self.written > self.limit * 4:
            raise StopUpload(connection_reset=True)
