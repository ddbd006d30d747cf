"""`yizhan hotline`: figures as JSON in the last line, a sentence where the data is missing."""

from __future__ import annotations

import contextlib
import csv
import gzip
import json

import pytest

from tests.domain.hotline.understanding.test_clusters import DUST, PARKING
from tests.domain.hotline.understanding.test_model import DATA, needs_data
from tests.domain.hotline.understanding.texts import messages
from yizhan.config.cli import main, session
from yizhan.domain.hotline.models import Topic

OTHERS = [
    ("家里水龙头流出来的水浑浊", "供水"), ("热力公司阀门没打开屋里冷", "供暖"),
    ("夜里机器轰鸣睡不着", "噪声"), ("马路中间有个大坑", "道路"), ("养老金怎么领取", "社保"),
    ("老板不发工钱", "欠薪"), ("小学入学要什么条件", "教育"),
]  # fmt: skip


def lines(capsys) -> list[str]:
    return capsys.readouterr().out.strip().splitlines()


def table(path, columns, rows) -> None:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def test_one_message_is_read_and_what_others_see_hides_the_caller(capsys):
    assert main(["hotline", "read", "我叫张三丰，电话13812345678，三楼着火了，请帮忙"]) == 0
    said = json.loads(lines(capsys)[-1])
    assert ["119", "着火"] in said["emergencies"]
    assert "13812345678" not in said["masked"]
    assert "张三丰" not in said["masked"]
    assert said["nature"] == "求助"


def test_topics_are_json_lines_the_largest_first(capsys, tmp_path):
    file = tmp_path / "messages.csv.gz"
    rows = [(str(n), text, text) for n, text in enumerate([*DUST, *PARKING, "北街路灯坏了"])]
    table(file, ["id", "title", "text"], rows)
    assert main(["hotline", "topics", str(file)]) == 0
    found = [json.loads(line) for line in lines(capsys)]
    assert set(found[0]["messages"]) == {"0", "1", "2", "3"}
    assert found[0]["topic"] in DUST
    assert main(["hotline", "topics", str(tmp_path / "none.csv.gz")]) == 2


@pytest.mark.slow
def test_the_evaluation_prints_its_five_figures(capsys, tmp_path):
    labelled = messages()
    segmented, raw = (tmp_path / f"messages-labelled-{n}.csv.gz" for n in ("segmented", "raw"))
    table(segmented, ["text_segmented", "label"], labelled[::2])
    table(raw, ["title", "text", "label"], [("", text, label) for text, label in OTHERS])
    assert main(["hotline", "evaluate", str(tmp_path)]) == 0
    figures = json.loads(lines(capsys)[-1])
    for name in ("macro_f1", "macro_f1_raw", "autofill_share", "autofill_correct"):
        assert 0 <= figures[name] <= 1
    assert figures["macro_f1"] > 0.8
    assert figures["ms_per_message"] > 0
    assert 0 < figures["model_mb"] < 30
    assert main(["hotline", "evaluate", str(tmp_path / "nowhere")]) == 2
    table(raw, ["title", "text", "label"], [("", text, label) for text, label in labelled])
    assert main(["hotline", "evaluate", str(tmp_path)]) == 2
    assert "相同" in lines(capsys)[-1]


@pytest.mark.django_db
def test_a_taxonomy_is_imported_whole_or_not_at_all(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(session, "database", contextlib.nullcontext)
    file = tmp_path / "taxonomy.csv"
    file.write_bytes("level1,level2,level3\n城管,市政,路灯\n城管,市政,井盖\n".encode("gbk"))
    assert main(["hotline", "taxonomy", str(file)]) == 0
    assert json.loads(lines(capsys)[-1]) == {"topics": 4, "new": 4, "out_of_use": 0}
    file.write_text("level1,level2,level3\n城管,市政,路灯\n城管,,井盖\n", encoding="utf-8-sig")
    assert main(["hotline", "taxonomy", str(file)]) == 1
    said = lines(capsys)
    assert "第2行的上级分类空着" in said[0]
    assert json.loads(said[-1])["topics"] == 0
    assert Topic.objects.filter(active=True).count() == 4
    file.write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert main(["hotline", "taxonomy", str(file)]) == 1
    assert "第一行应是列名" in lines(capsys)[0]
    file.write_bytes(b"level1,level2,level3\n\xff\xff\xff,a,b\n")
    assert main(["hotline", "taxonomy", str(file)]) == 1
    assert "编码" in lines(capsys)[0]
    assert main(["hotline", "taxonomy", str(tmp_path / "none.csv")]) == 2


@needs_data
@pytest.mark.django_db
def test_the_taxonomy_of_a_real_platform_is_taken_over(capsys, monkeypatch):
    monkeypatch.setattr(session, "database", contextlib.nullcontext)
    assert main(["hotline", "taxonomy", str(DATA / "taxonomy.csv")]) == 0
    assert json.loads(lines(capsys)[-1])["topics"] == 15 + 118 + 517
