"""Static files that pages use: all of ours, and of the packages only what is named here.

The packages carry 180 files; collecting, hashing and compressing those that nobody asks for costs a
second at the first start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

OURS = "yizhan."
CHOSEN = {
    "django_htmx/htmx-2.min.js",
    "js-lib-bootstrap5/css/bootstrap.min.css",
    "js-lib-bootstrap5/css/bootstrap.min.css.map",  # the style sheet names it
}


class ChosenFinder(AppDirectoriesFinder):
    """Finds static files of the applications, those of packages by choice."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[Any]:
        """(path, storage) of every file that is collected."""
        ours = {id(self.storages[app]) for app in self.apps if app.startswith(OURS)}
        for path, storage in super().list(ignore_patterns):
            if id(storage) in ours or path in CHOSEN:
                yield path, storage
