"""Forms of the working calendar and of the list of places."""

from __future__ import annotations

from django import forms

from yizhan.domain.office.choices import DayKind
from yizhan.web.workbench.people_forms import Said, line, pick

MOST = 2 * 1024 * 1024  # bytes; a year has at most a few dozen lines, all China's towns 1.5 MB


def year_field() -> forms.IntegerField:
    """The year that a file or package is to be read for."""
    return forms.IntegerField(
        label="年份",
        min_value=2007,
        max_value=2100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填写年份。",
            "invalid": "年份应为4位数字。",
            "min_value": "年份不早于2007年。",
            "max_value": "年份不晚于2100年。",
        },
    )


def file_field(label: str, **more: object) -> forms.FileField:
    """A small text file."""
    return forms.FileField(
        label=label,
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请换一个。"},
        **more,
    )


class Upload(Said):
    """A form with one file of limited size."""

    def clean_file(self) -> bytes:
        """The file's bytes, when it is not absurdly large."""
        uploaded = self.cleaned_data["file"]
        if uploaded.size > MOST:
            raise forms.ValidationError("文件超过2MB，不像这里要的文件，请核对。")
        self.filename = uploaded.name or ""
        return bytes(uploaded.read())


class CalendarFileForm(Upload):
    """A year's arrangement from a file."""

    year = year_field()
    document = line("文号", longest=80, help_text="例如“国办发明电〔2025〕7号”，印在通知上。")
    file = file_field(
        "放假安排文件",
        help_text="CSV（日期、安排、名称三列，安排写“放假”或“上班”）或日历文件（.ics）。",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.ics,text/csv,text/calendar"}),
    )


class CalendarLibraryForm(Said):
    """A year's arrangement from the installed package."""

    year = year_field()
    document = line("文号", longest=80, help_text="例如“国办发明电〔2025〕7号”，印在通知上。")


class LocalDayForm(Said):
    """A day of the county's own."""

    day = forms.DateField(
        label="日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填写日期。", "invalid": "日期应像2026-11-25。"},
    )
    kind = pick("安排", DayKind.choices)
    name = line("说明", longest=40, help_text="例如“暴雪停课停工”。")
    document = line("依据文件", longest=80)


class RegionsForm(Upload):
    """The public statistics code list."""

    file = file_field(
        "区划代码文件",
        help_text="CSV，至少有“代码”“名称”两列；2至12位代码都可以。同一份文件再导一次没有影响。",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
