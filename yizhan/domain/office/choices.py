"""Words of the office: levels, kinds, day kinds. Codes: GB/T 39046-2020 annex A."""

from django.db.models import TextChoices


class RegionLevel(TextChoices):
    """Five levels of the statistical division code."""

    PROVINCE = "province", "省"
    CITY = "city", "市"
    COUNTY = "county", "县（区）"
    TOWN = "town", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"


class PowerLevel(TextChoices):
    """行使层级 (39046 A.2)."""

    NATION = "1", "国家级"
    PROVINCE = "2", "省级"
    CITY = "3", "市级"
    COUNTY = "4", "县级"
    TOWN = "5", "乡镇（街道）级"
    VILLAGE = "6", "村（社区）级"
    SHARED = "7", "分级管理"


class OrganisationKind(TextChoices):
    """实施主体性质 (39046 A.3)."""

    STATUTORY = "1", "法定机关"
    AUTHORISED = "2", "授权组织"
    ENTRUSTED = "3", "受委托组织"
    OTHER = "9", "其他"


class DayKind(TextChoices):
    """What a published arrangement says of one day."""

    OFF = "off", "放假"
    ON = "on", "调休上班"


class WindowKind(TextChoices):
    """What a window takes."""

    GENERAL = "general", "综合窗口"
    SPECIAL = "special", "专门窗口"
    COLLECTION = "collection", "出件窗口"
