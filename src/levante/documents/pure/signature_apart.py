"""The verification of a signed file in a process of its own."""

from datetime import datetime
from typing import Any

from levante.documents.pure.apart import EXHAUSTED, read_file, run_apart, serve
from levante.documents.pure.signature_original import fault_of_copy
from levante.documents.pure.signature_outcome import Unreadable
from levante.documents.pure.signature_trust import read_trust_list
from levante.documents.pure.signatures import verify


def verify_apart(
    file: str,
    *,
    at: datetime,
    trust: str | None = None,
    content: str | None = None,
    original: str | None = None,
    language: str = "it",
) -> tuple[int, dict[str, Any]]:
    """The exit code of the command and its answer: 0 it holds, 1 it does not, 2 the file cannot be read.

    With ``language`` ``both`` the answer is ``{"it": …, "en": …}``. ``original`` is the file that should be under the
    signatures: a fault makes the code 1 and is told as ``not_the_original``.
    """
    request = {
        "file": file, "at": at.isoformat(), "trust": trust, "content": content, "language": language, "original": original,
    }  # fmt: skip
    return run_apart("levante.documents.pure.signature_apart", request) or (2, told(Unreadable(EXHAUSTED), language))


def told(what: Any, language: str) -> dict[str, Any]:
    """An outcome or a refusal in a language, or in both."""
    if language == "both":
        return {one: what.as_json(one) for one in ("it", "en")}
    answer: dict[str, Any] = what.as_json(language)
    return answer


def _answer(request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    language = request["language"]
    try:
        roots = read_trust_list(request["trust"]) if request["trust"] else None
        content = read_file(request["content"], "content") if request["content"] else None
        data = read_file(request["file"], "file")
        outcome = verify(data, at=datetime.fromisoformat(request["at"]), roots=roots, content=content)
        fault = fault_of_copy(data, read_file(request["original"], "original")) if request["original"] else None
    except Unreadable as error:
        return 2, told(error, language)
    except MemoryError:
        return 2, told(Unreadable(EXHAUSTED), language)
    answer = told(outcome, language)
    if fault is not None:
        answer["not_the_original"] = fault.as_json() if language == "both" else fault.in_language(language)
    return (0 if outcome and fault is None else 1), answer


if __name__ == "__main__":
    serve(_answer)
