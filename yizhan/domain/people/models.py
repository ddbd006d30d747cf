"""Natural and legal persons, accounts, posts (functions), codes, merges and access lines.

Identity numbers and phones are stored encrypted (`*_sealed`) with a keyed blind index (`*_index`)
for equality, so that a copied table does not give them away (PIPL art. 51).
"""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from yizhan.core.compiled import compiled
from yizhan.core.numbers import uuid7
from yizhan.core.tracked import Regional
from yizhan.domain.office.models import Organisation
from yizhan.domain.people.choices import (
    ADMINISTRATORS,
    AccountKind,
    CodePurpose,
    EventKind,
    Function,
    IdKind,
    LegalKind,
    Verified,
)


class Person(Regional):
    """One natural person per identity document; `merged_into` points at the one kept."""

    name = models.CharField("姓名", max_length=60)
    id_kind = models.CharField("证件类型", max_length=3, choices=IdKind.choices)
    id_sealed = models.BinaryField("证件号码（密文）")
    id_index = models.CharField(max_length=64)
    born_on = models.DateField("出生日期", null=True, blank=True)
    sex = models.CharField("性别", max_length=6, blank=True)
    phone_sealed = models.BinaryField("手机号（密文）", null=True, blank=True)
    phone_index = models.CharField(max_length=64, blank=True)
    address = models.CharField("住址", max_length=200, blank=True)
    verified = models.CharField("核验方式", max_length=20, blank=True, choices=Verified.choices)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "id_kind", "id_index"], name="person_document"
            )
        ]
        indexes = [models.Index(fields=["region", "phone_index"], name="person_phone")]

    def __str__(self) -> str:
        return self.name


class LegalPerson(Regional):
    """A company, institution or other organisation with a credit code."""

    name = models.CharField("名称", max_length=120)
    uscc = models.CharField("统一社会信用代码", max_length=18)
    kind = models.CharField("类别", max_length=1, choices=LegalKind.choices, default="2")
    representative = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, verbose_name="法定代表人"
    )
    phone = models.CharField("电话", max_length=40, blank=True)
    address = models.CharField("住所", max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "uscc"], name="legal_uscc")]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """What django.contrib.auth needs to find an account by its login name."""


class Account(AbstractBaseUser):
    """A login. A citizen's login name is the blind index of the phone, a staff member's a name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region = models.CharField("行政区划", max_length=6)
    kind = models.CharField("类别", max_length=8, choices=AccountKind.choices)
    username = models.CharField("登录名", max_length=64, unique=True)
    display_name = models.CharField("显示名", max_length=60)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    phone_sealed = models.BinaryField(null=True, blank=True)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    objects = AccountManager()

    def __str__(self) -> str:
        return self.display_name

    def holding(self, posts: "list[Post]") -> "Account":
        """This account with its live posts, which are then not asked for again."""
        self.__dict__["_live_posts"] = posts
        return self

    @property
    def is_staff_member(self) -> bool:
        """Whether this is a staff account."""
        return self.kind == AccountKind.STAFF


class Post(models.Model):
    """任职: a function of an account, within a region scope (code prefix) and perhaps a unit."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="posts")
    function = models.CharField("职能", max_length=24, choices=Function.choices)
    scope = models.CharField("区划范围（代码前缀）", max_length=12)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                name="post_three_administrators",
                condition=Q(function__in=ADMINISTRATORS, valid_to=None),
            ),
            models.UniqueConstraint(
                fields=["account", "function", "scope", "organisation"],
                name="post_once",
                condition=Q(valid_to=None),
                nulls_distinct=False,
            ),
        ]

    @staticmethod
    @compiled
    def live(account_id: UUID) -> "models.QuerySet[Post]":
        """The posts an account holds now, with their units; asked at every request of staff."""
        return Post.objects.filter(account_id=account_id, valid_to=None).select_related(
            "organisation"
        )


class Representation(Regional):
    """Who may act for a legal person (法定代表人或经办人)."""

    legal_person = models.ForeignKey(LegalPerson, models.PROTECT, related_name="representations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="representations")
    role = models.CharField("身份", max_length=20)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "legal_person", "person"],
                name="representation_once",
                condition=Q(valid_to=None),
            )
        ]


class OneTimeCode(Regional):
    """A code sent to a phone: hashed, short-lived, used once, few tries."""

    phone_index = models.CharField(max_length=64)
    ip_index = models.CharField(max_length=64, blank=True)
    purpose = models.CharField(max_length=8, choices=CodePurpose.choices)
    code_hash = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_index", "sent_at"], name="code_phone"),
            models.Index(fields=["ip_index", "sent_at"], name="code_ip"),
        ]


class OidcIdentity(models.Model):
    """A login at an outside identity provider: (issuer, subject) is the key, never the e-mail."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="oidc_identity_once")
        ]


class PersonMerge(Regional):
    """An audited merge of two records of one person, with what is needed to undo it."""

    kept = models.ForeignKey(Person, models.PROTECT, related_name="merges_in")
    absorbed = models.ForeignKey(Person, models.PROTECT, related_name="merges_out")
    reason = models.CharField(max_length=200)
    moved = models.JSONField("改动清单（表 → 行）", default=dict)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], name="merge_once", condition=Q(undone_at=None)
            )
        ]


class AccessLine(Regional):
    """Who looked at whose data, why and where; the person can read it. Append-only."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="access_lines")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    account_name = models.CharField(max_length=60)
    purpose = models.CharField("用途", max_length=120)
    subject = models.CharField("事由编号", max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="access_person")]


class AccountEvent(models.Model):
    """Security trail of accounts and posts: granted, ended, locked, second factor. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=EventKind.choices)
    data = models.JSONField(default=dict)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="account_event_at")]


class ApiToken(models.Model):
    """A machine's credential: only its SHA-256 is kept; it ends on a day and can be ended now."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="tokens")
    name = models.CharField("用途", max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    valid_to = models.DateTimeField("到期")
    ended_at = models.DateTimeField(null=True, blank=True)


class Attempts(models.Model):
    """How often one thing was tried since `began_at`. Unlogged: a crash may forget the count."""

    digest = models.CharField(max_length=64, primary_key=True)
    began_at = models.DateTimeField()
    number = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["began_at"], name="attempts_began")]
