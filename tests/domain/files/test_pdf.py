"""Papers: Chinese letters, data that is never markup, defects that are said."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from yizhan.domain.files.adapters import pdf

TEMPLATE = """
#let d = json(bytes(sys.inputs.data))
#set text(font: "Noto Serif SC", lang: "zh", region: "cn", cjk-latin-spacing: none)
#set document(title: d.name)
#for line in d.lines [ #line \\ ]
"""
HOSTILE = '#panic("x") #read("/etc/passwd") $ x^2 $ *粗* \\ "引号" ] } @a <b> {{7*7}} #{1+1}'


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "paper.typ"
    path.write_text(TEMPLATE)
    return path


def title(paper: bytes) -> str:
    with pikepdf.open(io.BytesIO(paper)) as document:
        return str(document.docinfo["/Title"])


def test_markup_in_a_name_is_text(template: Path) -> None:
    paper = pdf.render(template, {"name": HOSTILE, "lines": [HOSTILE, "兰考县"]})
    assert paper.startswith(b"%PDF-")
    assert title(paper) == HOSTILE


def test_the_chinese_font_is_inside(template: Path) -> None:
    paper = pdf.render(template, {"name": "x", "lines": ["兰考县政务服务"]})
    with pikepdf.open(io.BytesIO(paper)) as document:
        fonts = document.pages[0].Resources.Font
        names = {str(font.BaseFont) for _, font in fonts.items()}
    assert all("NotoSerifSC" in name for name in names)
    assert names


def test_the_same_input_gives_the_same_paper(template: Path) -> None:
    data = {"name": "x", "lines": ["一"]}
    at = datetime(2026, 11, 25, tzinfo=UTC)
    first = pdf.render(template, data, at=at)
    assert pdf.render(template, data, at=at) == first
    assert pdf.render(template, data) != first


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("#let x = ", "expected expression"),
        ("#json(bytes(sys.inputs.data)).missing", "missing"),
        ('#read("../../../../etc/passwd")', "escape"),
        ('#import "@preview/cetz:0.3.0"', "package"),
    ],
)
def test_a_defect_of_a_template_is_said(tmp_path: Path, source: str, problem: str) -> None:
    path = tmp_path / "broken.typ"
    path.write_text(source)
    with pytest.raises(pdf.RenderFailed, match=problem) as failure:
        pdf.render(path, {})
    assert str(failure.value).startswith("broken.typ: ")


def test_a_template_may_import_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "common.typ").write_text("#let heading(x) = [*#x*]")
    path = tmp_path / "paper.typ"
    path.write_text('#import "common.typ": heading\n#set document(title: "t")\n#heading("受理")')
    assert title(pdf.render(path, {})) == "t"


def test_check_says_that_papers_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pdf.check() == (True, "文书可以生成。")
    monkeypatch.setattr(pdf, "FONTS", "fonts_that_are_not_installed")
    works, sentence = pdf.check()
    assert not works
    assert "not installed" in sentence
