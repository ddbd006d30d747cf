"""The shared components: a field with its error, lights that are not only colour, the timeline."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from yizhan.web.ui.words import TONES, day_words


class Sample(forms.Form):
    """One field of each shape."""

    use_required_attribute = False
    name = forms.CharField(label="姓名", help_text="与身份证一致。")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲")], widget=forms.RadioSelect)
    note = forms.CharField(label="说明", required=False)
    agree = forms.BooleanField(label="同意", required=False)


def part(component: str, /, **facts) -> str:
    return render_to_string(f"ui/components/{component}.html", facts)


def test_a_wrong_field_is_tied_to_its_sentence():
    form = Sample({"name": "", "kind": "z"})
    said = part("field", field=form["name"])
    assert '<p class="wrong" id="id_name_error">' in said
    assert '<p class="hint" id="id_name_helptext">与身份证一致。</p>' in said
    assert 'aria-describedby="id_name_helptext id_name_error"' in said
    assert 'aria-invalid="true"' in said
    assert (
        said.index("</label>") < said.index("hint") < said.index('"wrong"') < said.index("<input")
    )
    group = part("field", field=form["kind"])
    assert "<fieldset" in group
    assert "<legend>类别</legend>" in group
    assert 'aria-describedby=" id_kind_error"' in group


def test_optional_fields_say_so_and_required_ones_do_not():
    form = Sample()
    assert "（选填）" in part("field", field=form["note"])
    assert "（选填）" not in part("field", field=form["name"])


def test_a_prefilled_field_says_where_from():
    said = part("field", field=Sample()["name"], **{"from": "来自您的实名信息"})
    assert "来自您的实名信息" in said


def test_the_summary_names_every_error_and_links_to_its_field():
    form = Sample({"name": "", "kind": "z"})
    form.add_error(None, "请稍后再试。")
    said = part("errors", form=form)
    assert 'href="#id_name"' in said
    assert 'href="#id_kind"' in said
    assert "请稍后再试。" in said
    assert 'role="alert"' in said
    assert part("errors", form=Sample()).strip() == ""


@pytest.mark.parametrize(
    ("light", "shape"),
    [("red", '<path d="M3.5'), ("yellow", '<path d="M6'), ("green", "<circle"), ("grey", "M0 5")],
)
def test_a_light_is_shape_and_word_not_only_colour(light, shape):
    said = part("badge", light=light, text="还剩2个工作日")
    assert shape in said
    assert "还剩2个工作日" in said


def test_a_button_that_cannot_be_pressed_says_why():
    said = part("button", label="受理", refusal="还缺《结婚证》。")
    assert "disabled" in said
    assert "还缺《结婚证》。" in said
    assert "disabled" not in part("button", label="受理", kind="plain", name="x", value="1")


def test_the_timeline_marks_the_present_and_escapes():
    at = datetime(2026, 11, 25, 2, 5, tzinfo=UTC)
    entries = [
        {"title": "受理", "at": at, "by": "王芳", "text": "<b>", "now": True},
        {"title": "送达", "at": None, "by": "", "text": "", "ahead": True},
    ]
    said = part("timeline", entries=entries)
    assert "2026年11月25日 10:05 · 王芳" in said
    assert 'aria-current="step"' in said
    assert 'class="ahead"' in said
    assert "&lt;b&gt;" in said


def test_alerts_are_announced_by_their_weight():
    assert 'role="alert"' in part("alert", kind="bad", text="不行")
    assert 'role="status"' in part("alert", kind="good", text="好")
    assert "message-good" in part("alert", kind="success", text="好")


def test_the_pager_keeps_the_question():
    page = Paginator(range(30), 10).page(2)
    said = part("pager", page=page, query="q=x&amp;")
    assert "第2页，共3页" in said
    assert "page=1" in said
    assert "page=3" in said


def test_a_table_says_so_when_it_is_empty():
    rows = [["甲", {"text": "乙", "url": "/x/"}]]
    said = part("table", caption="表", columns=["一", "二"], rows=rows, empty="没有。")
    assert '<a href="/x/">乙</a>' in said
    assert "没有。" in part("table", caption="表", columns=["一"], rows=[], empty="没有。")


def test_every_state_has_its_colour_and_days_are_words():
    from yizhan.domain.cases.choices import State

    assert set(TONES) == set(State.values)
    assert day_words(datetime(2026, 12, 2, tzinfo=UTC).date()) == "2026年12月2日（周三）"
    assert day_words(None) == ""
