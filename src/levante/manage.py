"""``levante manage …``: Django's management commands."""

from django.core.management import execute_from_command_line


def main(argv: list[str]) -> int:
    execute_from_command_line(["levante manage", *argv])
    return 0
