"""Check publiccode.yml against the rules of the standard, version 0.7 (publiccode.yml standard, "The standard (core)")."""

import re
import sys
from pathlib import Path
from typing import Any

import yaml

PATH = Path(__file__).resolve().parents[1] / "publiccode.yml"
REQUIRED = {
    "publiccodeYmlVersion",
    "name",
    "url",
    "platforms",
    "developmentStatus",
    "softwareType",
    "description",
    "legal",
    "maintenance",
    "localisation",
}
STATUSES = {"concept", "development", "beta", "stable", "obsolete"}
TYPES = {
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
    "standalone/other",
    "addon",
    "library",
    "configurationFiles",
}
ALIASES = {"spid", "cie", "pagopa", "anpr", "io", "eidas", "gdpr", "nis2", "cra"}
MAINTENANCE = {"internal", "contract", "community", "none"}


def problems(data: dict[str, Any]) -> list[str]:
    """What is wrong with the file, a sentence each; empty when nothing is."""
    found = [f"missing: {key}" for key in sorted(REQUIRED - data.keys())]
    if found:
        return found
    if not re.fullmatch(r"0\.7(\.\d+)?", str(data["publiccodeYmlVersion"])):
        found.append("publiccodeYmlVersion: this project follows 0.7")
    for gone in ("it", "IT"):
        if gone in data:
            found.append(f"{gone}: the national section is deprecated; use supports")
    if "repoOwner" in data["legal"]:
        found.append("legal/repoOwner is deprecated; use organisation/uri")
    if not re.match(r"https://", str(data["url"])):
        found.append("url: the address of the repository, with https")
    if data["developmentStatus"] not in STATUSES:
        found.append("developmentStatus: unknown")
    if data["softwareType"] not in TYPES:
        found.append("softwareType: unknown")
    if not data["platforms"]:
        found.append("platforms: at least one")
    if not data["legal"].get("license"):
        found.append("legal/license: missing")
    if data["maintenance"].get("type") not in MAINTENANCE:
        found.append("maintenance/type: unknown")
    if data["maintenance"].get("type") in {"internal", "community"} and not data["maintenance"].get("contacts"):
        found.append("maintenance/contacts: needed for this type")
    if not isinstance(data["localisation"].get("localisationReady"), bool):
        found.append("localisation/localisationReady: true or false")
    if not data["localisation"].get("availableLanguages"):
        found.append("localisation/availableLanguages: at least one")
    for language, text in data["description"].items():
        if not 1 <= len(text.get("shortDescription", "")) <= 150:
            found.append(f"description/{language}/shortDescription: 1 to 150 characters")
        if "longDescription" in text and not 150 <= len(text["longDescription"]) <= 10000:
            found.append(f"description/{language}/longDescription: 150 to 10,000 characters")
    if not any(text.get("longDescription") and text.get("features") for text in data["description"].values()):
        found.append("description: longDescription and features in at least one language")
    for row in data.get("supports", []):
        alias = str(row.get("id", ""))
        if alias.startswith("alias:") and alias.removeprefix("alias:") not in ALIASES:
            found.append(f"supports: unknown alias {alias}")
    return found


if __name__ == "__main__":
    wrong = problems(yaml.safe_load(PATH.read_text(encoding="utf-8")))
    print("\n".join(wrong) or "publiccode.yml is valid")
    sys.exit(bool(wrong))
