"""Registers the room with Django and adds the vocabulary of this instance when a process starts."""

from django.apps import AppConfig
from django.conf import settings

from rightsplan import vocabulary
from rightsplan.errors import Refused


class SiteConfig(AppConfig):
    name = "rightsplan.site"
    label = "site"

    def ready(self) -> None:
        """Read the folder of the instance; a wrong file stops the start, and a server's traceback names every cell."""
        try:
            vocabulary.use_folder(settings.VOCABULARY_DIR)
        except Refused as refusal:
            for line in [refusal.remedy, *map(str, refusal.problems)]:
                refusal.add_note(line)
            raise
