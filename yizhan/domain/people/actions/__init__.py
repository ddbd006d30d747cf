"""Everything that changes people, logins and rights."""

from yizhan.domain.people.actions.accounts import (
    change_phone,
    create_staff,
    login_with_code,
    set_active,
    set_password,
)
from yizhan.domain.people.actions.codes import make_code, use_code
from yizhan.domain.people.actions.events import note
from yizhan.domain.people.actions.identities import login_with_identity
from yizhan.domain.people.actions.merging import merge, undo_merge
from yizhan.domain.people.actions.persons import (
    end_representation,
    find_or_create_legal_person,
    find_or_create_person,
    register,
    release,
    represent,
)
from yizhan.domain.people.actions.posts import (
    appoint_first_administrator,
    end_post,
    grant_post,
)
from yizhan.domain.people.actions.second_factor import (
    check_second_factor,
    confirm_totp,
    enrol_totp,
    has_second_factor,
    new_secret,
    reset_second_factor,
)
from yizhan.domain.people.actions.tokens import account_of_token, end_token, issue_token
from yizhan.domain.people.actions.tries import count_tries, sweep_tries

__all__ = [
    "account_of_token",
    "appoint_first_administrator",
    "change_phone",
    "check_second_factor",
    "confirm_totp",
    "count_tries",
    "create_staff",
    "end_post",
    "end_representation",
    "end_token",
    "enrol_totp",
    "find_or_create_legal_person",
    "find_or_create_person",
    "grant_post",
    "has_second_factor",
    "issue_token",
    "login_with_code",
    "login_with_identity",
    "make_code",
    "merge",
    "new_secret",
    "note",
    "register",
    "release",
    "represent",
    "reset_second_factor",
    "set_active",
    "set_password",
    "sweep_tries",
    "undo_merge",
    "use_code",
]
