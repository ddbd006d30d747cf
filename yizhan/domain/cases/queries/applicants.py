"""What the office already knows of an applicant, and what a draft shows."""

from __future__ import annotations

from typing import Any

from yizhan.domain.cases.models import Draft
from yizhan.domain.files.models import StoredFile
from yizhan.domain.people import queries as people
from yizhan.domain.people.models import LegalPerson, Person

SEX = {"male": "男", "female": "女"}


def applicant_facts(
    person: Person | None, legal_person: LegalPerson | None, agent: Person | None
) -> dict[str, Any]:
    """The facts that fields may be filled from (catalogue.shapes.FACTS); unknown ones are left out.

    For rules and forms on the server: what a page shows of them is masked there.
    """
    found: dict[str, Any] = {}
    if person is not None:
        found |= {
            "person.name": person.name,
            "person.id_kind": person.id_kind,
            "person.id_number": people.id_number(person),
            "person.sex": SEX.get(person.sex, ""),
            "person.born_on": person.born_on.isoformat() if person.born_on else "",
            "person.phone": people.phone_of(person),
            "person.address": person.address,
        }
    if legal_person is not None:
        head = legal_person.representative
        found |= {
            "org.name": legal_person.name,
            "org.uscc": legal_person.uscc,
            "org.representative": head.name if head else "",
            "org.phone": legal_person.phone,
            "org.address": legal_person.address,
        }
    if agent is not None:
        found |= {"agent.name": agent.name, "agent.phone": people.phone_of(agent)}
    return {key: value for key, value in found.items() if value}


def draft_facts(draft: Draft) -> dict[str, Any]:
    """The known facts of a draft's applicant: the account's person, or his legal person."""
    person = people.person_of(draft.account)
    if draft.legal_person is not None:
        return applicant_facts(None, draft.legal_person, person)
    return applicant_facts(person, None, None)


def draft_files(draft: Draft) -> dict[str, list[StoredFile]]:
    """The files of each material of a draft, in their order; only the owner's own."""
    wanted = [file_id for files in draft.materials.values() for file_id in files]
    if not wanted:
        return {}
    rows = StoredFile.objects.filter(pk__in=wanted, owner=draft.account_id)
    found = {str(row.pk): row for row in rows}
    return {
        key: [found[file_id] for file_id in files if file_id in found]
        for key, files in draft.materials.items()
    }
