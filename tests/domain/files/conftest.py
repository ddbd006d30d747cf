"""Each test keeps its bytes in a folder of its own."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from yizhan.domain.files import actions
from yizhan.domain.files.models import StoredFile

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.FILES_FOLDER = tmp_path / "files"
    return settings.FILES_FOLDER


@pytest.fixture
def keep(db: None) -> Callable[..., StoredFile]:
    """Store bytes under a name, as a visitor without an account."""

    def store(content: bytes, name: str = "照片.jpg") -> StoredFile:
        stream = io.BytesIO(content)
        return actions.store_upload(region="410225", name=name, stream=stream, by=None, at=NOW)

    return store


def bytes_below(folder: Path) -> list[Path]:
    """Every file of the store, half-written ones too."""
    return [path for path in folder.rglob("*") if path.is_file()]
