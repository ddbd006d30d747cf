"""Words about people: identity documents, functions, purposes."""

from django.db.models import TextChoices


class AccountKind(TextChoices):
    """Where an account may log in."""

    CITIZEN = "citizen", "群众"
    STAFF = "staff", "工作人员"
    MACHINE = "machine", "系统对接"


class IdKind(TextChoices):
    """Identity documents (GA/T 2000.156 code; a dictionary, extend with the county's needs)."""

    RESIDENT = "111", "居民身份证"
    TEMPORARY = "112", "临时居民身份证"
    HOUSEHOLD = "113", "户口簿"
    OFFICER = "114", "军官证"
    SOLDIER = "133", "士兵证"
    PASSPORT = "414", "普通护照"
    HK_MACAU_PASS = "516", "港澳居民来往内地通行证"
    TAIWAN_PASS = "511", "台湾居民来往大陆通行证"
    HMT_RESIDENCE = "810", "港澳台居民居住证"
    FOREIGN_PR = "553", "外国人永久居留身份证"


class LegalKind(TextChoices):
    """服务对象 other than natural persons (39046 A.4)."""

    ENTERPRISE = "2", "企业法人"
    INSTITUTION = "3", "事业法人"
    SOCIETY = "4", "社会组织法人"
    AGENCY = "5", "行政机关"
    OTHER = "6", "其他组织"


class Function(TextChoices):
    """职能: what an account may do, always within a region scope and, where it applies, a unit."""

    WINDOW_CLERK = "window_clerk", "综合窗口人员"
    HANDLER = "handler", "审查人员"
    APPROVER = "approver", "审批负责人"
    SUPERVISOR = "supervisor", "效能监督人员"
    CATALOGUE_EDITOR = "catalogue_editor", "事项编辑"
    CATALOGUE_PUBLISHER = "catalogue_publisher", "事项发布"
    CALENDAR_KEEPER = "calendar_keeper", "日历管理"
    HELPER = "helper", "村级帮办代办员"
    HOTLINE_AGENT = "hotline_agent", "热线话务员"
    HOTLINE_DISPATCHER = "hotline_dispatcher", "热线派单审核员"
    HOTLINE_CALLBACK = "hotline_callback", "热线回访员"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"


ADMINISTRATORS = (Function.SYSTEM_ADMIN, Function.SECURITY_ADMIN, Function.AUDIT_ADMIN)


class CodePurpose(TextChoices):
    """What a one-time code opens."""

    LOGIN = "login", "登录"
    BIND = "bind", "绑定手机"


class EventKind(TextChoices):
    """What a line of the accounts' security trail says."""

    CREATED = "created", "建立账号"
    ENABLED = "enabled", "启用账号"
    DISABLED = "disabled", "停用账号"
    LOGGED_IN = "logged_in", "登录"
    CODE_REFUSED = "code_refused", "动态口令不符"
    LOCKED = "locked", "多次失败后锁定"
    PASSWORD_SET = "password_set", "设置密码"  # noqa: S105 - a word, not a password
    PHONE_CHANGED = "phone_changed", "更换手机号"
    FACTOR_ENROLLED = "factor_enrolled", "绑定动态口令"
    FACTOR_RESET = "factor_reset", "解除动态口令"
    BACKUP_USED = "backup_used", "使用备用码"
    IDENTITY_LINKED = "identity_linked", "绑定统一身份认证"
    PERSON_BOUND = "person_bound", "绑定身份信息"
    PERSON_RELEASED = "person_released", "解除身份信息绑定"
    POST_GRANTED = "post_granted", "授予职能"
    POST_ENDED = "post_ended", "收回职能"


class Verified(TextChoices):
    """How it is known that the account holder is the person."""

    NONE = "", "本人填写，未核验"
    WINDOW = "window", "窗口核验原件"
