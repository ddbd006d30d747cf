"""Words of the catalogue. Codes: GB/T 39046-2020 annex A and the national exchange tables."""

from django.db.models import TextChoices


class TaskType(TextChoices):
    """事项类型 (39046 A.1)."""

    POWER = "00", "行政权力"
    LICENCE = "01", "行政许可"
    PENALTY = "02", "行政处罚"
    COERCION = "03", "行政强制"
    LEVY = "04", "行政征收"
    BENEFIT = "05", "行政给付"
    INSPECTION = "06", "行政检查"
    CONFIRMATION = "07", "行政确认"
    REWARD = "08", "行政奖励"
    ADJUDICATION = "09", "行政裁决"
    OTHER = "10", "其他行政权力"
    SERVICE = "20", "公共服务"


class ServedKind(TextChoices):
    """服务对象 (39046 A.4)."""

    PERSON = "1", "自然人"
    ENTERPRISE = "2", "企业法人"
    INSTITUTION = "3", "事业法人"
    SOCIETY = "4", "社会组织法人"
    AGENCY = "5", "行政机关"
    OTHER = "6", "其他组织"


class HandleForm(TextChoices):
    """办理形式 (39046 A.5)."""

    WINDOW = "1", "窗口办理"
    ONLINE = "2", "网上办理"
    MOBILE = "3", "移动端办理"
    POST = "4", "邮寄办理"
    OTHER = "9", "其他"


class ProjectType(TextChoices):
    """办件类型 (39046 A.6)."""

    INSTANT = "1", "即办件"
    PROMISED = "2", "承诺件"
    OTHER = "9", "其他"


class OnlineDepth(TextChoices):
    """网上办理深度 (national exchange, multiple)."""

    CONSULT = "1", "互联网咨询"
    RECEIVE = "2", "互联网收件"
    PRECHECK = "3", "互联网预审"
    ACCEPT = "4", "互联网受理"
    HANDLE = "5", "互联网办理"
    RESULT = "6", "互联网办理结果信息反馈"
    CERTIFICATE = "7", "互联网电子证照反馈"
    OTHER = "8", "其他"


class HandleArea(TextChoices):
    """通办范围."""

    COUNTY = "0", "本县通办"
    NATION = "1", "全国通办"
    PROVINCE = "2", "跨省通办"
    CITY = "3", "跨市通办"
    COUNTIES = "4", "跨县通办"


class LimitUnit(TextChoices):
    """期限单位."""

    WORKDAYS = "workdays", "个工作日"
    DAYS = "days", "个自然日"
    HOURS = "hours", "小时"
    NONE = "none", "无期限"


class ReviewKind(TextChoices):
    """审查类型."""

    INSTANT = "instant", "即审即办"
    STAGED = "staged", "前审后批"


class ResultType(TextChoices):
    """审批结果类型."""

    CERTIFICATE = "10", "出证办结"
    DOCUMENT = "20", "出文办结"
    APPROVAL = "30", "审批办结"
    NONE = "99", "无结果物"


class MaterialNeed(TextChoices):
    """材料必要性."""

    REQUIRED = "1", "必要"
    CONDITIONAL = "2", "非必要"
    DEFERRABLE = "3", "容缺后补"


class MaterialSource(TextChoices):
    """材料来源渠道."""

    APPLICANT = "10", "申请人自备"
    GOVERNMENT = "20", "政府部门核发"
    OTHER = "99", "其他"


class MaterialForm(TextChoices):
    """材料形式."""

    PAPER = "1", "纸质"
    ELECTRONIC = "2", "电子"
    BOTH = "3", "纸质或电子"


class SpecialKind(TextChoices):
    """特别程序 whose time does not count (行政许可法 art. 45)."""

    HEARING = "hearing", "听证"
    TENDER = "tender", "招标"
    INSPECTION = "inspection", "检验"
    TESTING = "testing", "检测"
    QUARANTINE = "quarantine", "检疫"
    APPRAISAL = "appraisal", "鉴定"
    EXPERT = "expert", "专家评审"
    AUCTION = "auction", "拍卖"


class FieldKind(TextChoices):
    """The small set of form field kinds; each maps to a JSON Schema fragment."""

    TEXT = "text", "单行文字"
    LONG = "long", "多行文字"
    NUMBER = "number", "数字"
    MONEY = "money", "金额（元）"
    DATE = "date", "日期"
    CHOICE = "choice", "单选"
    CHOICES = "choices", "多选"
    YES = "yes", "是或否"
    ID_NUMBER = "id_number", "身份证号"
    USCC = "uscc", "统一社会信用代码"
    PHONE = "phone", "手机号"
    PLACE = "place", "五级区划"


class VersionState(TextChoices):
    """Life of one version."""

    DRAFT = "draft", "编辑中"
    SCHEDULED = "scheduled", "待生效"
    PUBLISHED = "published", "已发布"
    RETIRED = "retired", "已停用"


class ItemState(TextChoices):
    """Life of an item."""

    DRAFT = "draft", "未发布"
    OPEN = "open", "可办理"
    SUSPENDED = "suspended", "暂停办理"
    WITHDRAWN = "withdrawn", "已取消"


class Origin(TextChoices):
    """Where a version came from."""

    EDIT = "edit", "编辑"
    IMPORT = "import", "导入"


class EventKind(TextChoices):
    """What happened to an item; one append-only line each."""

    CREATED = "created", "新建"
    IMPORTED = "imported", "导入"
    EDITED = "edited", "修改草稿"
    DISCARDED = "discarded", "放弃草稿"
    SCHEDULED = "scheduled", "定时发布"
    RECALLED = "recalled", "撤回定时发布"
    PUBLISHED = "published", "发布"
    SUSPENDED = "suspended", "暂停办理"
    RESUMED = "resumed", "恢复办理"
    WITHDRAWN = "withdrawn", "取消"
    EXPIRED = "expired", "到期自动取消"


class RunState(TextChoices):
    """Life of one import run."""

    WAITING = "waiting", "等待处理"
    CHECKING = "checking", "正在检查"
    WRITING = "writing", "正在写入"
    CHECKED = "checked", "检查通过，尚未导入"
    REFUSED = "refused", "有问题，未导入"
    DONE = "done", "已导入"
    FAILED = "failed", "程序出错，未导入"


# words for the parts of the JSON lists (shapes.py), for editors and the field diff
PART_LABELS = {
    "key": "键", "name": "名称", "need": "必要性", "form": "形式", "source": "来源渠道",
    "issuer": "出具机构", "basis": "依据", "originals": "原件份数", "copies": "复印件份数",
    "standard": "标准", "fill_note": "填报须知", "when": "适用条件", "promise": "可告知承诺",
    "defer_days": "容缺补齐工作日", "reducible": "允许减免", "reduction": "减免说明",
    "order": "顺序", "function": "职能", "organisation": "协办机构编码", "days": "工作日",
    "may_return": "可退回", "special": "特别程序", "question": "问", "answer": "答",
    "code": "编码", "overrides": "改动", "text": "问题", "options": "选项", "help": "说明",
    "label": "标签", "kind": "类型", "required": "必填", "section": "分组", "prefill": "自动填写",
    "locked": "不可修改", "minimum": "最小值", "maximum": "最大值", "max_length": "最多字数",
    "value": "值",
}  # fmt: skip

# fields that hold several codes, and their code table
CODE_LISTS = {
    "served": ServedKind,
    "handle_forms": HandleForm,
    "online_depth": OnlineDepth,
    "special_procedures": SpecialKind,
}
