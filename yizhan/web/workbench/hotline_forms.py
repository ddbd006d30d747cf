"""The small forms of the order page: one per action; choices come from the order itself."""

from __future__ import annotations

from typing import Any

from django import forms

from yizhan.domain.hotline.actions import DIRECT, EMERGENCY_LINES
from yizhan.domain.hotline.choices import (
    CallResult,
    Cause,
    Channel,
    Closing,
    Level,
    Nature,
    Satisfaction,
)
from yizhan.web.workbench.forms import DeedForm, number, pick, words

YES_NO = (("", "请选择"), ("yes", "是"), ("no", "否"))
NONE = ("", "请选择")
PERCENT = ("contacted", "solved", "satisfied", "basic")
_SHOWN = "image/*,application/pdf"


def tick(label: str, **more: Any) -> forms.BooleanField:
    """A box to tick."""
    return forms.BooleanField(label=label, required=False, **more)


def yes_no(label: str, **more: Any) -> forms.ChoiceField:
    """Yes or no, neither chosen beforehand."""
    return pick(label, YES_NO, **more)


class Classification(DeedForm):
    """What the order is about, as a person confirms it."""

    nature = pick("诉求性质", (NONE, *Nature.choices))
    topic = pick("内容分类", required=False)
    level = pick("紧急程度", Level.choices)
    points = words("要逐项答复的问题（每行一个）", rows=3, required=False, max_length=2000)
    about_unit = pick("被反映单位（投诉举报时）", required=False)
    reason = words("更改性质的理由", rows=1, required=False)

    def fit(self) -> None:
        """What was proposed stands in the fields."""
        order = self.page.order
        self.fields["topic"].choices = [NONE, *self.page.topic_options]
        self.fields["about_unit"].choices = [NONE, *self.page.units]
        self.initial = {
            "nature": order.nature, "topic": order.topic, "level": order.level,
            "points": "\n".join(order.points),
            "about_unit": str(order.about_unit_id or ""),
        }  # fmt: skip

    def kwargs(self) -> dict[str, Any]:
        """The topic with the words of its branch; the questions one by one."""
        data = self.cleaned_data
        labels = dict(self.page.topic_options)
        about = data["about_unit"]
        return {
            "nature": data["nature"], "topic": data["topic"],
            "topic_label": labels.get(data["topic"], ""), "level": data["level"],
            "points": data["points"].splitlines(), "reason": data["reason"],
            "about_unit": self.page.unit(about) if about else None,
        }  # fmt: skip


class DirectAnswer(DeedForm):
    """The answer given in the call."""

    closing = pick("答复方式", [(c.value, c.label) for c in DIRECT])
    answer = words("答复内容", rows=4, missing="请写明答复内容。", max_length=2000)
    entry = pick("用知识库的哪一条", required=False)

    def fit(self) -> None:
        """The entries that fit the order's words."""
        self.fields["entry"].choices = [
            ("", "不用"), *((str(e.pk), e.question) for e in self.page.knowledge)
        ]  # fmt: skip

    def kwargs(self) -> dict[str, Any]:
        """The entry itself."""
        data = dict(self.cleaned_data)
        known = {str(e.pk): e for e in self.page.knowledge}
        return data | {"entry": known.get(data["entry"])}


class Emergency(DeedForm):
    """Where danger is handed to, and who took it there."""

    where = pick("转往", [(line, line) for line in EMERGENCY_LINES])
    taken_by = words("对方接警员姓名或坐席号", rows=1, max_length=60)


class Reason(DeedForm):
    """Why."""

    reason = words("理由", missing="请写明理由。", max_length=300)


class OptionalReason(DeedForm):
    """Why, if there is something to say."""

    reason = words("说明", rows=1, required=False)


class Dispatch(DeedForm):
    """Who leads, who helps."""

    lead = pick("主办单位")
    co_unit = pick("协办单位", required=False)
    co_task = words("请协办什么", rows=1, required=False, max_length=200)
    co_days = number("协办几个工作日内回复", highest=30, required=False, initial=3)
    level = pick("紧急程度", Level.choices)
    pushed_down = words("派给乡镇的理由（目录归部门的）", rows=1, required=False, max_length=200)
    note = words("派单说明", rows=2, required=False)

    def fit(self) -> None:
        """The unit that the catalogue names stands in the field."""
        self.fields["lead"].choices = [NONE, *self.page.units]
        self.fields["co_unit"].choices = [("", "不需要"), *self.page.units]
        proposal = self.page.proposal
        self.initial = {
            "lead": str(proposal.lead.pk) if proposal else "", "level": self.page.order.level,
            "co_days": 3,
        }  # fmt: skip
        if proposal:
            self.fields["lead"].help_text = f"{proposal.why}，建议{proposal.lead.short_name}。"


class Merge(DeedForm):
    """Into which order."""

    into = words("主单编号", rows=1, max_length=30)

    def fit(self) -> None:
        """The order that looks most like it."""
        hints = self.page.hints
        if hints:
            self.fields["into"].initial = hints[0].number
            self.fields["into"].help_text = "；".join(
                f"{h.number} {h.title}（{h.why}）" for h in hints[:3]
            )


class Objection(DeedForm):
    """Why it is another unit's duty."""

    reason = words("退单理由", missing="请写明为什么不归本单位。")
    clause = words("依据条款", rows=1, missing="请写明依据的条款。", max_length=200)
    proposed = pick("建议办理单位", required=False)

    def fit(self) -> None:
        """All units."""
        self.fields["proposed"].choices = [("", "不清楚"), *self.page.units]

    def kwargs(self) -> dict[str, Any]:
        """The unit itself."""
        data = dict(self.cleaned_data)
        chosen = data["proposed"]
        return data | {"proposed": self.page.unit(chosen) if chosen else None}


class Upheld(DeedForm):
    """Whose duty it is."""

    lead = pick("应由哪个单位办理")
    reason = words("裁定理由", missing="请写明裁定理由。")
    learn = tick("以后同类诉求都派给它（写入派单目录）", initial=True)
    pushed_down = words("派给乡镇的理由（目录归部门的）", rows=1, required=False, max_length=200)

    def fit(self) -> None:
        """The unit that the objection proposes."""
        self.fields["lead"].choices = [NONE, *self.page.units]
        objection = self.page.facts.objection
        if objection is not None and objection.proposed_id:
            self.initial["lead"] = str(objection.proposed_id)

    def kwargs(self) -> dict[str, Any]:
        """The unit itself."""
        data = dict(self.cleaned_data)
        return data | {"lead": self.page.unit(data["lead"])}


class Contact(DeedForm):
    """How the caller was spoken with."""

    way = pick("方式", [(w, w) for w in ("电话", "上门", "短信", "微信")])
    reached = tick("联系上了")
    note = words("情况", missing="请写明联系情况。", max_length=300)


class CoUnit(DeedForm):
    """Another unit that has to help."""

    unit = pick("协办单位")
    task = words("请对方做什么", rows=1, max_length=200)
    days = number("几个工作日内回复", highest=30, initial=3)
    pushed_down = words("请乡镇协办的理由", rows=1, required=False, max_length=200)

    def fit(self) -> None:
        """All units but the lead."""
        self.fields["unit"].choices = [NONE, *self.page.units]


class Part(DeedForm):
    """What a co-unit did."""

    part_id = pick("协办单位")
    opinion = words("协办意见", missing="请写明协办意见。", max_length=1000)

    def fit(self) -> None:
        """The parts that are still open."""
        self.fields["part_id"].choices = [
            (str(p.pk), f"{p.organisation.short_name}：{p.task or '协办'}")
            for p in self.page.facts.helping()
        ]


class MoreTime(DeedForm):
    """How much and why; the caller reads it."""

    amount = number("延长", highest=30)
    reason = words("理由（诉求人会看到）", missing="请写明延期理由。")

    def fit(self) -> None:
        """At most what the template allows."""
        most = self.page.most_time
        self.fields["amount"].label = f"延长多少（最多{most}）"


class Asked(DeedForm):
    """The request that waits."""

    def kwargs(self) -> dict[str, Any]:
        """Its number."""
        asked = self.page.facts.asked()
        return {"extension_id": asked.pk if asked else None}


class AskedNo(Asked):
    """Why not."""

    reason = words("不批准的理由", rows=1, required=False)

    def kwargs(self) -> dict[str, Any]:
        """The number and the reason."""
        return super().kwargs() | {"reason": self.cleaned_data["reason"]}


class Parking(DeedForm):
    """Not now: why, the plan, the day, and what the caller was told."""

    reason = words("客观原因", missing="请写明为什么现在不能解决。")
    plan = words("解决计划", missing="请写明打算怎样解决。")
    until = forms.DateField(
        label="计划解决日期", widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请选择日期。", "invalid": "日期不对，请重新选择。"},
    )  # fmt: skip
    explained = words("怎样向诉求人解释的", missing="请写明怎样解释的。")


class Reply(DeedForm):
    """The answer: internal and public apart."""

    contacted = yes_no("是否联系诉求人")
    true_claim = yes_no("诉求是否属实")
    solved = yes_no("是否解决")
    unsolved_reason = words("未解决的原因", required=False)
    internal_note = words("办理情况（内部，诉求人看不到）", missing="请写明办理情况。", rows=3)
    public_answer = words(
        "公开答复（诉求人会看到）", missing="请写公开答复。", rows=4, max_length=2000
    )
    closing = pick("办结方式", required=False)
    files = forms.FileField(
        label="办理证据（照片或PDF）", required=False,
        widget=forms.ClearableFileInput(attrs={"accept": _SHOWN}),
    )  # fmt: skip

    def fit(self) -> None:
        """One field for each question of the caller."""
        self.fields["closing"].choices = [
            ("", "按是否解决"), *((c.value, c.label) for c in (Closing.BEYOND, Closing.LAWFUL_WAY))
        ]  # fmt: skip
        for place, question in enumerate(self.page.order.points):
            self.fields[f"point-{place}"] = words(f"答复：{question}", rows=2)

    def kwargs(self) -> dict[str, Any]:
        """The parts of the draft; the file is stored by the deed."""
        data = self.cleaned_data
        points = [data[f"point-{n}"] for n in range(len(self.page.order.points))]
        return {
            "contacted": data["contacted"] == "yes", "solved": data["solved"] == "yes",
            "true_claim": data["true_claim"] == "yes",
            "unsolved_reason": data["unsolved_reason"], "internal_note": data["internal_note"],
            "public_answer": data["public_answer"], "closing": data["closing"], "points": points,
            "upload": data["files"],
        }  # fmt: skip


class Callback(DeedForm):
    """What the caller said."""

    channel = pick("方式", [(c.value, c.label) for c in (Channel.PHONE, Channel.SMS)])
    result = pick("回访结果", CallResult.choices)
    contacted = pick("单位联系过您吗", YES_NO, required=False)
    solved = pick("问题解决了吗", YES_NO, required=False)
    satisfied = pick("满意吗", [("", "不愿评价"), *Satisfaction.choices], required=False)
    words = words("诉求人原话", required=False, max_length=1000)

    def kwargs(self) -> dict[str, Any]:
        """Yes and no as such."""
        data = dict(self.cleaned_data)
        said = {"yes": True, "no": False}
        return {
            "result": data["result"], "channel": data["channel"], "words": data["words"],
            "contacted": said.get(data["contacted"]), "solved": said.get(data["solved"]),
            "satisfied": data["satisfied"],
        }  # fmt: skip


class Supervision(DeedForm):
    """Why, and what is demanded."""

    cause = pick("督办原因", Cause.choices)
    note = words("督办意见和要求", missing="请写明督办意见。")


class Review(DeedForm):
    """A remark, if there is one."""

    note = words("审核意见", rows=1, required=False)


class FormulaForm(forms.Form):
    """The weights of the three rates in per cent."""

    use_required_attribute = False
    contacted = number("响应率权重（%）", highest=100, initial=10)
    solved = number("解决率权重（%）", highest=100, initial=50)
    satisfied = number("满意率权重（%）", highest=100, initial=40)
    basic = number("基本满意折算（%）", highest=100, initial=90)
    least = number("样本少于多少件不比较", highest=10_000, initial=30)
    reason = words("调整理由", missing="请写明调整理由。", max_length=200)

    def weights(self) -> dict[str, Any]:
        """Thousandths, as they are stored."""
        data = dict(self.cleaned_data)
        return data | {name: data[name] * 10 for name in PERCENT}
