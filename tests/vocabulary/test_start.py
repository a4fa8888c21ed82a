"""A process that starts reads the folder of its instance, and does not start where a file is wrong."""

from pathlib import Path

import pytest
from django.apps import apps
from pytest_django import Settings

from rightsplan import vocabulary
from rightsplan.errors import Refused

from .conftest import Write

ROW = "carers,,حق,Carers,Derecho,Droit,Право,权利,"
HEADER = "code,parent,ar,en,es,fr,ru,zh,uhri"


def start() -> None:
    apps.get_app_config("site").ready()


def test_the_folder_of_the_settings_is_read(settings: Settings, write: Write) -> None:
    settings.VOCABULARY_DIR = write(groups=f"{HEADER}\n{ROW}\n")
    start()
    assert "carers" in vocabulary.codes("groups")


def test_without_a_folder_the_bundled_words_are_used(settings: Settings) -> None:
    settings.VOCABULARY_DIR = None
    start()
    assert "women" in vocabulary.codes("groups")


def test_a_wrong_file_stops_the_start_and_the_traceback_names_every_cell(settings: Settings, write: Write) -> None:
    settings.VOCABULARY_DIR = write(groups=f"{HEADER}\n{ROW}\n{ROW}\n{ROW.replace('carers', 'women')}\n")
    with pytest.raises(Refused) as caught:
        start()
    notes = "\n".join(caught.value.__notes__)
    assert "RIGHTSPLAN_VOCABULARY" in notes
    assert "row 3, column code" in notes
    assert "row 4, column code" in notes


def test_a_missing_folder_stops_the_start(settings: Settings, tmp_path: Path) -> None:
    settings.VOCABULARY_DIR = tmp_path / "nowhere"
    with pytest.raises(Refused, match="nowhere"):
        start()
