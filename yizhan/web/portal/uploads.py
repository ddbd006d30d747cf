"""Files that come with a page: each is kept or refused by itself, the others stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from yizhan.core.flow import Refused
from yizhan.domain.cases import actions as cases
from yizhan.domain.cases.models import Draft
from yizhan.domain.files import actions
from yizhan.domain.people.models import Account


def store(request: HttpRequest, field: str, *, at: datetime) -> tuple[list[UUID], list[str]]:
    """Keep the files of one input: (ids in order, a sentence with the name for each refused)."""
    good: list[UUID] = []
    wrong: list[str] = []
    for upload in request.FILES.getlist(field):
        try:
            kept = actions.store_upload(
                region=request.user.region, name=upload.name, stream=upload, by=request.user, at=at
            )
        except Refused as refusal:
            wrong.append(f"“{upload.name}”：{refusal.sentence}")
        else:
            good.append(kept.pk)
    return good, wrong


def join_pages(draft: Draft, *, by: Account, at: datetime) -> None:
    """Several photographed pages of one material become one PDF before they are handed in."""
    names = {material["key"]: material["name"] for material in draft.version.materials}
    for key, pages in draft.materials.items():
        if len(pages) > 1:
            name = f"{names.get(key, key)}.pdf"
            joined = actions.combine_to_pdf(pages, name=name, by=by, at=at)
            cases.arrange_draft(draft.pk, key=key, file_ids=[joined.pk], by=by, at=at)
