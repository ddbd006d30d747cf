"""Words of the hotline (国办发〔2020〕53号; 国办函〔2025〕66号; 北京市接诉即办工作条例)."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """By which way a message came."""

    PHONE = "phone", "电话"
    SMS = "sms", "短信"
    MAIL = "mail", "电子邮件"
    WEIBO = "weibo", "微博"
    WECHAT = "wechat", "微信"
    LETTER = "letter", "来信"
    VISIT = "visit", "来访"
    WEB = "web", "网站"
    APP = "app", "手机应用"
    OPEN311 = "open311", "Open311 接口"
    UPPER = "upper", "上级平台"


# who writes from these can be answered there; a letter or visit is answered as it asks
WRITTEN = (Channel.MAIL, Channel.WEIBO, Channel.WECHAT, Channel.WEB, Channel.APP, Channel.OPEN311)


class Line(TextChoices):
    """Which number or mailbox was asked; older lines were merged into 12345 as sources."""

    MAIN = "12345", "12345热线"
    ENTERPRISE = "enterprise", "涉企专席"
    COUNTY_HEAD = "county_head", "县长热线（已归并）"
    CONDUCT = "conduct", "作风监督电话（已归并）"


class Language(TextChoices):
    """What the caller speaks, for the seat that answers and calls back."""

    MANDARIN = "zh", "普通话"
    DIALECT = "dialect", "方言"
    MINORITY = "minority", "少数民族语言"
    FOREIGN = "foreign", "外语"


class Nature(TextChoices):
    """诉求性质. 催办 is none of them: it belongs to an open order."""

    CONSULT = "consult", "咨询"
    HELP = "help", "求助"
    COMPLAINT = "complaint", "投诉"
    REPORT = "report", "举报"
    SUGGESTION = "suggestion", "建议"
    PRAISE = "praise", "表扬"


class Level(TextChoices):
    """How soon: each has its own deadlines."""

    URGENT = "urgent", "突发紧急"
    UTILITY = "utility", "水电气热"
    NORMAL = "normal", "一般"
    HARD = "hard", "疑难"


class State(TextChoices):
    """Where a work order stands."""

    NEW = "new", "接件"
    RECEIVED = "received", "待受理"
    DISPATCHING = "dispatching", "待派单"
    CONFERENCE = "conference", "会商中"
    TO_SIGN = "to_sign", "待签收"
    OBJECTED = "objected", "退单审核中"
    HANDLING = "handling", "办理中"
    PARKED = "parked", "暂不能解决（挂账）"
    REVIEWING = "reviewing", "答复待审核"
    CALLING = "calling", "待回访"
    MERGED = "merged", "已并单"
    CLOSED = "closed", "已办结"


class ClockName(TextChoices):
    """Deadlines of an order. ANSWER is the caller's own: it never begins anew with a new unit."""

    TAKE = "take", "受理时限"
    DISPATCH = "dispatch", "派单时限"
    CONFER = "confer", "会商时限"
    SIGN = "sign", "签收时限"
    RULING = "ruling", "退单审核时限"
    CONTACT = "contact", "联系诉求人时限"
    FINISH = "finish", "办结时限"
    ANSWER = "answer", "答复诉求人时限"
    PLAN = "plan", "挂账承诺时限"
    REVIEW = "review", "答复审核时限"
    CALLBACK = "callback", "回访时限"


class Closing(TextChoices):
    """The honest end of an order."""

    SOLVED = "solved", "已解决"
    EXPLAINED = "explained", "已解释答复"
    LAWFUL_WAY = "lawful_way", "已告知法定途径"
    BEYOND = "beyond", "超出职责，已告知渠道"
    CANNOT_NOW = "cannot_now", "客观上暂不能解决"
    DUPLICATE = "duplicate", "重复诉求，并入主单答复"
    EMERGENCY = "emergency", "已转紧急热线"
    WITHDRAWN = "withdrawn", "诉求人撤回"
    RECALLED = "recalled", "上级平台收回"


class MessageKind(TextChoices):
    """What a message is to its order."""

    REPORT = "report", "诉求"
    FOLLOW_UP = "follow_up", "补充"
    URGE = "urge", "催办"
    RATING = "rating", "评价"
    OUT = "out", "发出"


class Role(TextChoices):
    """What a unit does in an order."""

    LEAD = "lead", "主办"
    CO = "co", "协办"


class PartState(TextChoices):
    """How far a unit is with its part."""

    WAITING = "waiting", "待签收"
    SIGNED = "signed", "办理中"
    DONE = "done", "已办完"
    MOVED = "moved", "已改派"


class Ruling(TextChoices):
    """What became of an objection; it is final."""

    ASKED = "asked", "审核中"
    UPHELD = "upheld", "异议成立，改派"
    DISMISSED = "dismissed", "异议不成立，由本单位办理"


class Asked(TextChoices):
    """A request for more time."""

    ASKED = "asked", "待批准"
    APPROVED = "approved", "已批准"
    DECLINED = "declined", "未批准"


class CallResult(TextChoices):
    """What a call-back attempt came to. Only ANSWERED is a valid call-back."""

    ANSWERED = "answered", "回访成功"
    NO_ANSWER = "no_answer", "无人接听"
    OFF = "off", "关机或停机"
    WRONG = "wrong", "号码不是本人"
    DECLINED = "declined", "不愿接受回访"
    NO_NUMBER = "no_number", "没有留下联系方式"


class Satisfaction(TextChoices):
    """The caller's own words about the handling; not rated is not rated."""

    VERY = "very", "满意"
    BASIC = "basic", "基本满意"
    NOT = "not", "不满意"


class Warning(TextChoices):
    """The register of pressure on a unit, mildest first."""

    REMIND = "remind", "提醒"
    SUPERVISE = "supervise", "督办"
    ESCALATE = "escalate", "升级"


class Cause(TextChoices):
    """Why an order is supervised (参照潍坊市12345条例的督办情形)."""

    NOT_SIGNED = "not_signed", "逾期未签收"
    NOT_CONTACTED = "not_contacted", "逾期未联系诉求人"
    OVERDUE = "overdue", "逾期未办结"
    UNSOLVED = "unsolved", "应解决未解决"
    REFUSED = "refused", "拒不接收"
    HARM = "harm", "造成负面影响"
    PLAN_MISSED = "plan_missed", "挂账到期未兑现"
    OTHER = "other", "其他"


class RuleSource(TextChoices):
    """Where a line of the dispatch catalogue comes from."""

    CATALOGUE = "catalogue", "派单目录"
    RULING = "ruling", "异议裁定"


class Learns(TextChoices):
    """What a trained model proposes."""

    TOPIC = "topic", "内容分类"
    NATURE = "nature", "诉求性质"
