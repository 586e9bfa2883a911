"""``levante languages``: which there are beside Italian and English, how much each covers; with a code, what it still lacks."""

import argparse
import json

from levante.languages.sentences import for_buyers
from levante.messages_catalogues import languages, said_in_catalogue


def covered(code: str) -> dict[str, object]:
    """``{language, sentences, buyers: {said, of, percent}}``: all that its catalogue has, and how much of what buyers read."""
    has, wanted = said_in_catalogue(code), for_buyers()
    said = len(wanted & has.keys())
    return {
        "language": code,
        "sentences": len(has),
        "buyers": {"said": said, "of": len(wanted), "percent": round(100 * said / len(wanted), 1)},
    }


def main(argv: list[str]) -> int:
    """Print what is covered; 2 when there is no such language."""
    parser = argparse.ArgumentParser(prog="levante languages", description=__doc__)
    parser.add_argument(
        "code", nargs="?", help="a language, to read what its catalogue still lacks of what buyers read"
    )
    chosen = parser.parse_args(argv)
    others = [code for code, _ in languages() if code not in ("it", "en")]
    if chosen.code is None:
        print(json.dumps([covered(code) for code in others], ensure_ascii=False, indent=2))
        return 0
    if chosen.code not in others:
        print(
            json.dumps(
                {
                    "error": {
                        "message": f"there is no catalogue of {chosen.code}",
                        "message_it": f"manca il catalogo {chosen.code}",
                    }
                }
            )
        )
        return 2
    lacks = sorted(for_buyers() - said_in_catalogue(chosen.code).keys())
    print(json.dumps(covered(chosen.code) | {"lacks": lacks}, ensure_ascii=False, indent=2))
    return 0
