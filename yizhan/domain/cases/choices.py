"""Words of cases: states, clocks, channels, sources. Law: 行政许可法 art. 29-50."""

from django.db.models import TextChoices


class State(TextChoices):
    """States of a case; the flow table says who moves between them."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    RECEIVED = "received", "已收件"
    CORRECTION = "correction", "待补正"
    ACCEPTED = "accepted", "已受理（审查中）"
    SPECIAL = "special", "特别程序中"
    GRANTED = "granted", "准予"
    REFUSED = "refused", "不予批准"
    DELIVERING = "delivering", "结果送达中"
    CLOSED = "closed", "已办结"
    NOT_NEEDED = "not_needed", "无需办理"
    NOT_OURS = "not_ours", "不属本机关"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    TERMINATED = "terminated", "已终止"
    REVOKED = "revoked", "决定已撤销"
    ARCHIVED = "archived", "已归档"


class ClockName(TextChoices):
    """Clocks of a case; a deferral or promise adds `supply:<material key>`."""

    CHECK = "check", "收件审查时限"
    NOTICE = "notice", "一次告知时限"
    CORRECTION = "correction", "补正时限"
    LEGAL = "legal", "法定时限"
    PROMISED = "promised", "承诺时限"
    SPECIAL = "special", "特别程序所需时间"
    DELIVERY = "delivery", "送达时限"


class Channel(TextChoices):
    """Where something happened (touchpoint and trail)."""

    PORTAL = "portal", "网上"
    MOBILE = "mobile", "手机"
    WINDOW = "window", "窗口"
    WORKBENCH = "workbench", "工作台"
    KIOSK = "kiosk", "自助机"
    HELPER = "helper", "帮办代办"
    PHONE = "phone", "电话"
    POST = "post", "邮寄"
    SYSTEM = "system", "系统"
    API = "api", "系统对接"


class TouchpointKind(TextChoices):
    """What a touchpoint was."""

    SESSION = "session", "网上办理"
    VISIT = "visit", "到窗口办理"
    PICKUP = "pickup", "到窗口领取"
    PARCEL = "parcel", "邮寄"
    CALL = "call", "电话"
    ERRAND = "errand", "上门帮办"


class MaterialState(TextChoices):
    """Where a required material stands."""

    MISSING = "missing", "未提供"
    PROVIDED = "provided", "已提供"
    DEFECTIVE = "defective", "需补正"
    DEFERRED = "deferred", "容缺后补"
    PROMISED = "promised", "告知承诺"
    NOT_ASKED = "not_asked", "不用提交"


class SourceKind(TextChoices):
    """How a material was satisfied."""

    UPLOAD = "upload", "申请人上传"
    SCAN = "scan", "窗口扫描"
    PAPER = "paper", "收取纸质"
    ORIGINAL_SEEN = "original_seen", "核验原件后退回"
    EARLIER_CASE = "earlier_case", "以前办件已提交"
    PROMISE = "promise", "告知承诺"
    DEFERRAL = "deferral", "容缺后补"


class TrustGrade(TextChoices):
    """可信分级 (国办函〔2016〕108号)."""

    A = "A", "机构产生"
    B = "B", "窗口核验原件"
    C = "C", "用户上传"
    D = "D", "用户自制或承诺"


class StepState(TextChoices):
    """State of one review step."""

    WAITING = "waiting", "未开始"
    OPEN = "open", "办理中"
    DONE = "done", "已办"
    RETURNED = "returned", "已退回"


class StepResult(TextChoices):
    """业务动作."""

    PASS = "pass", "通过"
    RETURN = "return", "退回"
    OTHER = "other", "其他"


class DocumentKind(TextChoices):
    """文书."""

    RECEIPT = "receipt", "收件凭证"
    ACCEPTANCE = "acceptance", "受理通知书"
    CORRECTION = "correction", "一次性补正告知书"
    NOT_NEEDED = "not_needed", "无需办理告知书"
    NOT_OURS = "not_ours", "不属本机关职权告知书"
    NOT_ACCEPTED = "not_accepted", "不予受理通知书"
    SPECIAL = "special", "特别程序告知书"
    EXTENSION = "extension", "延长办理期限告知书"
    GRANT = "grant", "准予决定书"
    REFUSAL = "refusal", "不予批准决定书"
    PROMISE = "promise", "告知承诺书"
    DEFERRAL = "deferral", "容缺受理承诺书"
    REVOCATION = "revocation", "撤销决定书"


class DeliveryMode(TextChoices):
    """How the result reaches the applicant."""

    WINDOW = "window", "窗口领取"
    POST = "post", "邮寄"
    ELECTRONIC = "electronic", "电子送达"


class DeliveryState(TextChoices):
    """Where the result is."""

    READY = "ready", "待领取或待寄出"
    ON_WAY = "on_way", "寄送中"
    HANDED = "handed", "已送达"
    RETURNED = "returned", "被退回"


class CommitmentKind(TextChoices):
    """Why a material may be missing at acceptance."""

    DEFERRAL = "deferral", "容缺受理"
    PROMISE = "promise", "告知承诺"


class CommitmentState(TextChoices):
    """State of a commitment."""

    OPEN = "open", "履行中"
    KEPT = "kept", "已履行"
    BROKEN = "broken", "未履行"
    WITHDRAWN = "withdrawn", "已撤回"


class ExtensionState(TextChoices):
    """State of a request for more time."""

    ASKED = "asked", "待批准"
    APPROVED = "approved", "已批准"
    DECLINED = "declined", "未批准"
