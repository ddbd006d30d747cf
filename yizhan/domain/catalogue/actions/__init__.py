"""Everything that changes the catalogue."""

from yizhan.domain.catalogue.actions.editing import create_item, discard_draft, edit_draft
from yizhan.domain.catalogue.actions.exporting import export
from yizhan.domain.catalogue.actions.importing import (
    confirm_import,
    import_file,
    request_import,
    run_import,
)
from yizhan.domain.catalogue.actions.publishing import (
    count_uses,
    expire,
    publish,
    recall,
    resume,
    start_scheduled,
    suspend,
    withdraw,
)

__all__ = [
    "confirm_import",
    "count_uses",
    "create_item",
    "discard_draft",
    "edit_draft",
    "expire",
    "export",
    "import_file",
    "publish",
    "recall",
    "request_import",
    "resume",
    "run_import",
    "start_scheduled",
    "suspend",
    "withdraw",
]
