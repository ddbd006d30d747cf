"""`yizhan hotline evaluate|topics|read|taxonomy`: how well messages are understood, and of what."""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from yizhan.config.cli import session
from yizhan.core.flow import Refused

SEGMENTED, RAW = "messages-labelled-segmented.csv.gz", "messages-labelled-raw.csv.gz"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which figure, from which data."""
    asked = parser.add_subparsers(dest="what", required=True)
    one = asked.add_parser("evaluate", help="主题分类的准确程度（五折，同一留言不跨折）")
    one.add_argument("folder", type=Path, metavar="DIR", help="带标注留言所在的文件夹")
    two = asked.add_parser("topics", help="从留言中找出多人反映的同一件事")
    two.add_argument("file", type=Path, metavar="FILE.csv.gz", help="留言文件")
    three = asked.add_parser("read", help="读一条诉求：性质、紧急词、脱敏后的文字")
    three.add_argument("text", metavar="TEXT", help="诉求原文")
    four = asked.add_parser("taxonomy", help="导入三级内容分类：全部导入或一条不导")
    four.add_argument(
        "file",
        type=Path,
        metavar="FILE.csv",
        help="列：level1,level2,level3[,keywords]，或 code,name[,keywords]",
    )
    four.add_argument("--region", help="行政区划代码（6位），默认本县")


def run(args: argparse.Namespace) -> int:
    """Print the figures; JSON last."""
    if args.what == "taxonomy":  # the only one that needs the database
        return taxonomy(args)
    session.set_up()
    return {"evaluate": evaluate, "topics": topics, "read": read_one}[args.what](args)


def evaluate(args: argparse.Namespace) -> int:
    """The topic model on labelled messages."""
    from yizhan.domain.hotline.understanding import evaluation

    files = [args.folder / SEGMENTED, args.folder / RAW]
    if missing := [str(file) for file in files if not file.exists()]:
        print(f"没有找到数据文件：{'、'.join(missing)}")
        return 2
    segmented, raw = (list(read(file)) for file in files)
    try:
        figures = evaluation.evaluate(
            [row["text_segmented"] for row in segmented], [row["label"] for row in segmented],
            [f"{row['title']}。{row['text']}" for row in raw], [row["label"] for row in raw],
        )  # fmt: skip
    except ValueError as problem:
        print(problem)
        return 2
    print(
        f"五折宏平均 F1：相同留言不跨折 {figures.macro_f1:.3f}，"
        f"同一件事的相近留言也不跨折 {figures.macro_f1_distinct:.3f}；"
        f"用分词稿训练、原文检验 {figures.macro_f1_raw:.3f}"
        f"（训练时去掉了与检验相同的 {figures.left_out} 条）；"
        f"自动填写 {figures.autofill_share:.1%}，其中正确 {figures.autofill_correct:.1%}；"
        f"每条 {figures.ms_per_message:.2f} 毫秒；模型文件 {figures.model_mb:.1f} MB。"
    )
    print(json.dumps(figures.as_dict()))
    return 0


def topics(args: argparse.Namespace) -> int:
    """Clusters of messages about one matter, the largest first; one JSON line for each."""
    from yizhan.domain.hotline.understanding import clusters

    if not args.file.exists():
        print(f"没有找到文件：{args.file}")
        return 2
    messages = [clusters.Message(row["id"], row["title"], row["text"]) for row in read(args.file)]
    for found in clusters.find(messages):
        line = {"topic": found.name, "messages": list(found.ids)}
        print(json.dumps(line, ensure_ascii=False))
    return 0


def read_one(args: argparse.Namespace) -> int:
    """One message: its nature with the words that decided, emergencies, and what others may see."""
    from yizhan.domain.hotline.understanding import masking, nature, urgent

    found, emergencies = nature.propose(args.text), urgent.words(args.text)
    sure = "" if found.confident else "（不确定，请人工判断）"
    print(f"诉求性质：{found.name}{sure}，依据：{'、'.join(found.words) or '没有明显的词'}")
    for line, word in emergencies:
        print(f"紧急：“{word}”，立即转人工（{line}）")
    print(f"脱敏后：{masking.mask(args.text)}")
    said = {
        "nature": found.name, "confident": found.confident, "words": found.words,
        "emergencies": emergencies, "masked": masking.mask(args.text),
    }  # fmt: skip
    print(json.dumps(said, ensure_ascii=False))
    return 0


def taxonomy(args: argparse.Namespace) -> int:
    """Import the county's topics; the counts, or which rows are wrong, as JSON last."""
    try:
        rows = _table(args.file)
        with session.database():
            from django.conf import settings

            from yizhan.domain.hotline import actions

            coded = bool(rows) and "code" in rows[0]
            take = actions.import_topics if coded else actions.import_branches
            found = take(rows, region=args.region or settings.REGION, by=None)
    except OSError as problem:
        print(f"读不了文件 {args.file}：{problem.strerror}。", file=sys.stderr)
        return 2
    except (Refused, ValueError) as problem:
        print(problem)
        print(json.dumps({"topics": 0, "refused": str(problem)}, ensure_ascii=False))
        return 1
    print(
        f"导入完成：共{found['topics']}个分类，其中新的{found['new']}个，"
        f"停用{found['out_of_use']}个。"
    )
    print(json.dumps(found))
    return 0


def _table(file: Path) -> list[dict[str, str]]:
    """Rows of a CSV file as Excel or WPS writes it. Raises OSError, ValueError (a sentence)."""
    data = file.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        reader = csv.DictReader(text.splitlines())
        named = set(reader.fieldnames or ())
        if not ({"code", "name"} <= named or {"level1", "level2", "level3"} <= named):
            raise ValueError("第一行应是列名：level1,level2,level3 或 code,name。")
        return [{key: value for key, value in row.items() if key} for row in reader]
    raise ValueError("文件的编码不认识，请另存为 UTF-8 的 CSV 文件。")


def read(file: Path) -> Iterator[dict[str, str]]:
    """Rows of a compressed CSV file with a header."""
    csv.field_size_limit(10_000_000)
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
