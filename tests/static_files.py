"""Looking for the files of the pages costs three hundredths of a second, and WhiteNoise looks whenever a test browser asks for its
first page: once a test. Here they are looked for once a run.
"""

from typing import Any


def instead(looked: Any) -> Any:
    """What stands for ``WhiteNoiseMiddleware.add_files_from_finders`` in tests."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}

    def add_files_from_finders(self: Any) -> None:
        asked = self.static_prefix, self.max_age, self.allow_all_origins, self.add_headers_function
        if asked not in found:
            before = set(self.files)
            looked(self)
            found[asked] = {url: file for url, file in self.files.items() if url not in before}
        self.files |= found[asked]

    return add_files_from_finders
