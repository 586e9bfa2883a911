from typing import Any

from django.core.management.base import BaseCommand

from levante.web.static_files import collect


class Command(BaseCommand):
    help = "Names the pages' files after their content and compresses them, in var/static; run it at every upgrade."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{collect()} files are ready")
