"""What may be written as a name or document number, and who may do what.

Document kinds: GA/T 2000.156. Names: a Chinese rule set that refuses nobody's real name (rare
characters outside the basic plane, the middle dot of Uighur and Tibetan names, Latin names).
Separation of duties: GB/T 22239-2019 8.1.4.2 d), 8.1.5 (system, audit, security administration).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from yizhan.core import numbers
from yizhan.core.flow import Refused
from yizhan.domain.people.choices import (
    ADMINISTRATORS,
    AccountKind,
    Function,
    IdKind,
    LegalKind,
)

if TYPE_CHECKING:
    from yizhan.domain.office.models import Organisation
    from yizhan.domain.people.models import Account, Post

_DOTS = dict.fromkeys(map(ord, "•‧∙・．⸱ꞏ･"), "·")
_NUMBERED_LIKE_RESIDENTS = {
    IdKind.RESIDENT,
    IdKind.TEMPORARY,
    IdKind.HOUSEHOLD,
    IdKind.HMT_RESIDENCE,
    IdKind.FOREIGN_PR,
}
_PATTERNS: dict[str, tuple[str, str]] = {
    IdKind.PASSPORT: (r"[A-Z0-9]{5,15}", "护照号码应为5至15位字母或数字，请按护照资料页填写。"),
    IdKind.HK_MACAU_PASS: (
        r"[HM]\d{8}(\d{2})?",
        "港澳居民来往内地通行证号码应为H或M开头加8位数字（可再加2位换证次数）。",
    ),
    IdKind.TAIWAN_PASS: (
        r"\d{8}|\d{10}[A-Z]?",
        "台湾居民来往大陆通行证号码应为8位数字（旧证为10位数字，可带1位字母）。",
    ),
    IdKind.OFFICER: (
        r"[一-鿿]{1,6}\d{4,10}号?|\d{6,18}",
        "军官证号码应像“军字第1234567号”，请按证件填写。",
    ),
    IdKind.SOLDIER: (
        r"[一-鿿]{1,6}\d{4,10}号?|\d{6,18}",
        "士兵证号码应像“士字第1234567号”，请按证件填写。",
    ),
}
# the first digit (or two) of a credit code says who registered what (GB 32100-2015 table 1)
_LEGAL_KINDS = {
    "11": LegalKind.AGENCY,
    "12": LegalKind.INSTITUTION,
    "5": LegalKind.SOCIETY,
    "9": LegalKind.ENTERPRISE,
}


@dataclass(frozen=True, slots=True)
class Document:
    """An identity document in the one way it is stored."""

    kind: str
    number: str
    born_on: date | None = None
    sex: str = ""


def document(kind: str, text: str, *, today: date) -> Document:
    """Read a document number of a kind as people type it. Raises Refused with what to correct.

    The kind is made canonical where the number says it: a temporary card and the household book
    carry the number of the identity card, and are the same document for us (one person each).
    """
    if kind not in IdKind.values:
        raise Refused("请选择证件类型。", field="id_kind")
    number = numbers.plain(text)
    if not number:
        raise Refused("请填写证件号码。", field="id_number")
    if kind == IdKind.FOREIGN_PR and not re.fullmatch(r"\d{17}[\dX]", number):
        return _old_permanent_residence(number)
    if kind in _NUMBERED_LIKE_RESIDENTS:
        return _resident(kind, number, today=today)
    pattern, sentence = _PATTERNS[kind]
    if not re.fullmatch(pattern, number):
        raise Refused(sentence, field="id_number")
    if kind == IdKind.HK_MACAU_PASS:
        number = number[:9]  # the last two count the renewals: the person stays the same
    return Document(kind, number)


def person_name(text: str) -> str:
    """A person's name in the one way it is stored. Raises Refused."""
    name = " ".join(text.translate(_DOTS).split())
    if re.search(r"[㐀-鿿\U00020000-\U000323af]", name):
        name = name.replace(" ", "")
    if any(unicodedata.category(c) == "Co" for c in name):
        raise Refused("姓名里有系统不能识别的自造字，请到窗口登记。", field="name")
    if any(not (unicodedata.category(c)[0] in "LM" or c in "· -'’.") for c in name):
        raise Refused("姓名只能有文字、间隔号“·”和空格，请与证件一致。", field="name")
    if not 2 <= len(name) <= 60:
        raise Refused("姓名应为2至60个字，请与证件一致。", field="name")
    return name


def legal_kind(uscc: str) -> str:
    """The kind of legal person that a credit code says; N (collectives), Y and the rest: other."""
    found = _LEGAL_KINDS.get(uscc[:2]) or _LEGAL_KINDS.get(uscc[:1])
    return found or LegalKind.OTHER


def live_posts(account: Account) -> list[Post]:
    """The posts held now, read once per account object, that is once per request."""
    posts: list[Post] | None = getattr(account, "_live_posts", None)
    if posts is None:
        posts = list(account.posts.model.live(account.pk))
        account.holding(posts)  # kept on the account itself, also behind a lazy request.user
    return posts


def holds(
    account: Account | None, *functions: str, organisation: Organisation | None = None
) -> bool:
    """Whether the account has one of the functions now, for this unit where one is given."""
    if account is None or not account.is_active or account.kind == AccountKind.CITIZEN:
        return False
    return any(
        post.function in functions and covers(post, organisation) for post in live_posts(account)
    )


def needs(
    account: Account | None, *functions: str, organisation: Organisation | None = None
) -> None:
    """Raises Refused unless the account has one of the functions, for this unit where given."""
    if not holds(account, *functions, organisation=organisation):
        words = "、".join(Function(function).label for function in functions)
        where = f"在{organisation.name}" if organisation is not None else ""
        raise Refused(f"这一步要由{where}“{words}”办理，您现在没有这个职能。")


def covers(post: Post, organisation: Organisation | None) -> bool:
    """Whether a post reaches a unit: the unit itself, or any unit inside the region scope."""
    if organisation is None:
        return True
    if post.organisation_id is not None:
        return bool(post.organisation_id == organisation.pk)
    place = organisation.region if len(post.scope) <= 6 else organisation.place_id
    return bool(place.startswith(post.scope))


def may_grant(
    by: Account, account: Account, *, function: str, scope: str, others: Iterable[str]
) -> None:
    """Raises Refused unless `by` may give `account` this function.

    `others` are the functions that the same natural person holds now, under any account.
    """
    needs(by, Function.SECURITY_ADMIN)
    if by.pk == account.pk:
        raise Refused("不能给自己授予职能，请由另一位安全管理员办理。")
    if by.person_id is not None and by.person_id == account.person_id:
        raise Refused("不能给本人的另一个账号授予职能。")
    if account.kind == AccountKind.CITIZEN or not account.is_active:
        raise Refused("只能给启用中的工作人员账号授予职能。")
    if account.kind == AccountKind.MACHINE and function in ADMINISTRATORS:
        raise Refused("系统对接账号不能做管理员。")
    if function not in Function.values:
        raise Refused("请选择职能。", field="function")
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", scope):
        raise Refused("区划范围应为2、4、6、9或12位区划代码。", field="scope")
    if not any(
        scope.startswith(post.scope)
        for post in live_posts(by)
        if post.function == Function.SECURITY_ADMIN
    ):
        raise Refused("区划范围超出了您自己的管辖范围。", field="scope")
    separate(function, others)


def separate(function: str, others: Iterable[str]) -> None:
    """Raises Refused when one person would hold two duties that must be apart."""
    held = set(others)
    if function in ADMINISTRATORS and held - {function}:
        raise Refused(
            "系统、安全、审计管理员必须分别由三个人担任，也不能兼任业务职能。", field="function"
        )
    if function not in ADMINISTRATORS and held.intersection(ADMINISTRATORS):
        raise Refused("管理员账号不能兼任业务职能，请另外指定人员。", field="function")


def _resident(kind: str, number: str, *, today: date) -> Document:
    read = numbers.id_number(number, today=today)
    if number[0] == "9":
        kind = IdKind.FOREIGN_PR
    elif number[:2] in ("81", "82", "83"):
        kind = IdKind.HMT_RESIDENCE
    elif kind in (IdKind.FOREIGN_PR, IdKind.HMT_RESIDENCE):
        raise Refused("这个号码是居民身份证号码，请把证件类型改为“居民身份证”。", field="id_kind")
    else:
        kind = IdKind.RESIDENT
    return Document(kind, read.text, read.born_on, read.sex)


def _old_permanent_residence(number: str) -> Document:
    """The card before 2023: three letters of the country, then 12 digits with YYMMDD inside."""
    if not re.fullmatch(r"[A-Z]{3}\d{12}", number):
        raise Refused(
            "外国人永久居留身份证号码应为18位（新版，以9开头）或3位字母加12位数字（旧版）。",
            field="id_number",
        )
    try:
        date(2000, int(number[9:11]), int(number[11:13]))  # 2000 has a 29 February
    except ValueError:
        raise Refused("证件号码第8至13位的出生日期不存在，请核对。", field="id_number") from None
    return Document(IdKind.FOREIGN_PR, number)
