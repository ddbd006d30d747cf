"""A CSV or Excel file as rows of text, with everything that is wrong with a row told for that row.

Hostile or broken files: unknown encoding, GBK, UTF-16, rows that do not decode, too many or too few
cells, an unclosed quote, merged cells, formulas, an Excel file that unpacks to gigabytes.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from yizhan.core.flow import Refused

LARGEST = 20 * 1024 * 1024
UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 200_000
BROKEN = "\ufffd"
Header = Callable[[Sequence[str]], bool]


@dataclass(slots=True)
class Row:
    """One row: its number as Excel shows it, its cells, and what is wrong with it as a whole."""

    number: int
    cells: list[str]
    problems: list[tuple[str, str]] = field(default_factory=list)  # (column or "", sentence)


@dataclass(slots=True)
class Table:
    """The header and the rows below it; empty rows are left out."""

    header: list[str]
    rows: list[Row]
    encoding: str = ""


def read(content: bytes, name: str, *, is_header: Header) -> Table:
    """Read a table. `is_header` tells the header among the first ten rows.

    Raises Refused when the file as a whole cannot be read.
    """
    if not content.strip():
        raise Refused("文件是空的。")
    if len(content) > LARGEST:
        raise Refused("文件超过20 MB，请分成几个文件导入。")
    if content[:4] == b"PK\x03\x04":
        return _excel(content, is_header)
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Refused("这是旧版Excel（.xls）或加了密码的文件，请另存为不带密码的.xlsx再导入。")
    if name.lower().endswith((".xlsx", ".xls")):
        raise Refused("文件内容不是Excel，请重新导出为.xlsx或CSV。")
    return _csv(content, is_header)


def _csv(content: bytes, is_header: Header) -> Table:
    text, encoding = decode(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[list[str]] = []
    try:
        for cells in reader:
            rows.append([cell.strip() for cell in cells])
            if len(rows) > MOST_ROWS:
                raise Refused(f"超过{MOST_ROWS}行，请分成几个文件导入。")
    except csv.Error:
        raise Refused(
            f"第{len(rows) + 1}行附近的引号没有成对，后面的内容读不出来，请用表格软件检查这一行。"
        ) from None
    table = _below_header(rows, is_header, encoding)
    _formulas_in_text(table)
    return table


def decode(content: bytes) -> tuple[str, str]:
    """(text, encoding): UTF-8, UTF-16 with its mark, or GB 18030; broken rows keep a mark."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace"), "utf-16"
    if b"\0" in content[:4096]:
        raise Refused("这不是文本文件，请导出为CSV（UTF-8）或.xlsx。")
    foreign = [line for line in content.split(b"\n") if not line.isascii()]
    bad = {code: sum(not _decodes(line, code) for line in foreign) for code in ("utf-8", "gb18030")}
    best = "utf-8" if bad["utf-8"] <= bad["gb18030"] else "gb18030"
    # a UTF-8 line often happens to be readable as GB 18030, the reverse is rare
    if bad["utf-8"] <= len(foreign) // 10:
        best = "utf-8"
    if bad[best] * 2 > len(foreign):
        raise Refused("文件的文字编码认不出来，请另存为CSV（UTF-8）或.xlsx再导入。")
    return content.decode(best, "replace").removeprefix("\ufeff"), best


def _decodes(line: bytes, code: str) -> bool:
    try:
        line.decode(code)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    first = text[:4000].split("\n", 1)[0]
    return max((",", "\t", ";", "，"), key=first.count)


def _below_header(
    rows: Sequence[list[str]], is_header: Header, encoding: str = "", first: int = 1
) -> Table:
    place = next((n for n, cells in enumerate(rows[:10]) if is_header(cells)), None)
    if place is None:
        shown = "、".join(cell for cell in rows[0] if cell)[:80] if rows else ""
        raise Refused(f"前10行里没有找到表头。读到的第一行是：{shown or '空行'}。")
    header = list(rows[place])
    while header and not header[-1]:
        header.pop()
    table = Table(header, [], encoding)
    for n, cells in enumerate(rows[place + 1 :], start=place + 1):
        if any(cells):
            table.rows.append(_row(first + n, cells, len(header)))
    return table


def _row(number: int, cells: list[str], width: int) -> Row:
    row = Row(number, cells[:width])
    extra = [cell for cell in cells[width:] if cell]
    if extra:
        row.problems.append(("", f"这一行比表头多出{len(extra)}格，可能多了逗号或少了引号。"))
    elif len(cells) < width:
        row.problems.append(("", f"这一行只有{len(cells)}格，表头有{width}格，可能缺了逗号。"))
        row.cells += [""] * (width - len(cells))
    if any(BROKEN in cell for cell in cells):
        row.problems.append(("", "这一行有无法识别的文字，请检查编码后重新导出。"))
    return row


def _formulas_in_text(table: Table) -> None:
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            if re.match(r"[=＝@]\s*[A-Za-z(+\-\d\"']", cell):
                row.problems.append((table.header[place], "单元格是公式，请改成实际的文字或数字。"))


def _excel(content: bytes, is_header: Header) -> Table:
    import python_calamine  # noqa: PLC0415 - the web process does without it

    _not_a_bomb(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = next(
            (s.name for s in book.sheets_metadata
             if s.visible == python_calamine.SheetVisibleEnum.Visible),
            book.sheet_names[0],
        )  # fmt: skip
        sheet = book.get_sheet_by_name(name)
        raw = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    except (python_calamine.CalamineError, IndexError, OSError, ValueError):
        raise Refused("Excel文件读不出来，可能已损坏或加了密码，请另存为.xlsx再导入。") from None
    if len(raw) > MOST_ROWS:
        raise Refused(f"超过{MOST_ROWS}行，请分成几个文件导入。")
    table = _below_header([[_text(cell) for cell in cells] for cells in raw], is_header)
    _mark_merged(table, merged)
    _mark_formulas(table, formula_cells(content, book.sheet_names.index(name)))
    return table


def _not_a_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(info.file_size for info in archive.infolist())
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        raise Refused("Excel文件已损坏，请重新导出。") from None
    if size > UNPACKED:
        raise Refused("Excel文件展开后过大，请删去多余的工作表和格式后再导入。")
    if "xl/workbook.xml" not in names and "xl/workbook.bin" not in names:
        raise Refused("这是压缩包，不是Excel文件，请解压后导入里面的表格。")


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def _mark_merged(table: Table, ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    by_number = {row.number: row for row in table.rows}
    for (top, left), (bottom, _right) in ranges:
        column = table.header[left] if left < len(table.header) else ""
        for number in range(top + 1, bottom + 2):
            row = by_number.get(number)
            if row is not None:
                row.problems.append((column, "这里是合并单元格，请取消合并，逐行填写。"))


def _mark_formulas(table: Table, cells: Iterator[tuple[int, int]]) -> None:
    by_number = {row.number: row for row in table.rows}
    for number, place in cells:
        row = by_number.get(number)
        if row is not None and place < len(table.header):
            row.problems.append((table.header[place], "单元格是公式，请改成实际的文字或数字。"))


def formula_cells(content: bytes, sheet: int) -> Iterator[tuple[int, int]]:
    """(row number, column from 0) of every formula of a sheet. Reads no XML entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        path = _sheet_path(archive, sheet)
        if path not in archive.namelist():
            return
        data = archive.read(path)
    for found in re.finditer(rb"<c\s[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>\s*<f[\s/>]", data):
        column = 0
        for letter in found[1]:
            column = column * 26 + letter - 64
        yield int(found[2]), column - 1


def _sheet_path(archive: zipfile.ZipFile, sheet: int) -> str:
    fallback = f"xl/worksheets/sheet{sheet + 1}.xml"
    try:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except KeyError:
        return fallback
    ids = re.findall(r"<sheet\s[^>]*?r:id=\"([^\"]+)\"", book)
    for link in re.findall(r"<Relationship\s[^>]*>", links):
        target = re.search(r"Target=\"/?([^\"]+)\"", link)
        if sheet < len(ids) and f'Id="{ids[sheet]}"' in link and target:
            path = target[1]
            return path if path.startswith("xl/") else f"xl/{path}"
    return fallback
