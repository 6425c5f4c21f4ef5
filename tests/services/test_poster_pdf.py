"""Posters: every code reads back, every text fits and can be read out, the file is small, black and always the same."""

import random
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageChops, ImageFilter

from portal.rules import qr
from portal.services import poster_pdf
from portal.services.paper import printable
from portal.services.pdf_preview import render_png
from portal.services.poster_pdf import Sheet, Wording, draw_posters, unprintable
from tests.reading_qr import code_square, modules_drawn, opened, page_picture, read_codes, wrong_pages

MM = 72 / 25.4
ROOT = str(Path(__file__).parents[2])
CHINESE = Wording(
    headline="事没办成？",
    call="扫一扫，说给我们听",
    promises=("不收费", "不登录", "不要身份证号"),
    assurance="有人接着办，到哪天给答复，都告诉您。",
    online="手机打开",
    by_phone="打电话",
    in_person="当面说",
    poster="海报",
)
ENGLISH = Wording(
    headline="Couldn’t get it done?",
    call="Scan here and tell us",
    promises=("No charge", "No sign-in", "No ID number"),
    assurance="Somebody takes it on and tells you by which day you get an answer.",
    online="On your phone",
    by_phone="By phone",
    in_person="In person",
    poster="Poster",
)
SLUG = "0123456789abcdefghjkmnpqrstvwxyz"
MANY = 108


def sheet(number: int = 3, **changes) -> Sheet:
    slug = "".join(random.Random(number).choices(SLUG, k=8))
    return replace(
        Sheet(
            wording=CHINESE,
            hall_name="清川市政务服务中心",
            place=f"{number}号窗口",
            label=f"{number}号窗口 医保综合",
            url=qr.dense(f"https://bs.qingchuan.example/q/{slug}"),
            url_text=f"bs.qingchuan.example/q/{slug}",
            phone="0300-555 0123",
            where="一楼“办不成事”反映窗口",
            number=f"QC-{number:04d}",
            version="第 2 版",
            printed="2026年9月",
            printed_on=date(2026, 9, 1),
        ),
        **changes,
    )


LONG = {
    "hall_name": "清川市经济技术开发区管理委员会行政审批与便民服务中心",
    "place": "综合窗口（医保、社保、公积金、不动产联办）12号",
    "label": "综合窗口（医保、社保、公积金、不动产联办）12号，西区二楼东侧扶梯旁，周末延时服务同样在此受理",
    "url": qr.dense("https://zhengwu-fuwu.banbuchengshi.qingchuan-jingkaiqu.gov.example/q/3m7kd2x9"),
    "url_text": "zhengwu-fuwu.banbuchengshi.qingchuan-jingkaiqu.gov.example/q/3m7kd2x9",
    "phone": "0300-555 0123 转 8012，夜间 0300-555 0199",
    "where": "政务服务中心西区二楼东侧扶梯旁“办不成事”反映窗口（朝我说、顺手提）",
}
EVERYTHING_LONG = {
    **{name: text * 4 for name, text in LONG.items() if name != "url"},
    "url": LONG["url"],
    "wording": Wording(
        headline="为什么跑了这么多趟还是没有办成，到底卡在哪里？" * 3,
        call="扫一扫，把前前后后都说给我们听，我们来想办法" * 3,
        promises=("不收费也不会让您买任何东西" * 3,) * 5,
        assurance="有人接着办，到哪天给答复，都告诉您。" * 8,
        online="手机打开网址" * 4,
        by_phone="打电话说一说" * 4,
        in_person="当面说一说也行" * 4,
        poster="海报编号" * 4,
    ),
}
IN_ENGLISH = {
    "wording": ENGLISH,
    "hall_name": "Qingchuan Government Service Centre",
    "place": "Counter 3",
    "label": "Counter 3, medical insurance",
    "where": "Ground floor, the window for what could not get done",
    "version": "version 2",
    "printed": "September 2026",
}
SPARSE = {"place": "", "phone": "", "where": "", "version": "", "label": ""}


@pytest.fixture(scope="module")
def sheets() -> list[Sheet]:
    return [sheet(number) for number in range(1, MANY + 1)]


@pytest.fixture(scope="module")
def pdf(sheets) -> bytes:
    return draw_posters(sheets)


def streams(pdf: bytes) -> list[bytes]:
    found = []
    for raw in re.findall(rb"/FlateDecode[^>]*>>\s*stream\n(.*?)\nendstream", pdf, re.DOTALL):
        found.append(zlib.decompress(raw))
    return found


def contents(pdf: bytes) -> list[bytes]:
    return [stream for stream in streams(pdf) if b" Tj" in stream]


def text_of(pdf: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].get_textpage().get_text_range()


# The codes


def test_each_of_108_posters_reads_back_as_its_own_address_at_300_dpi(pdf, sheets):
    urls = [sheet.url for sheet in sheets]
    assert len(set(urls)) == MANY
    assert wrong_pages(pdf, urls) == []


def test_a_poster_with_the_wrong_address_is_noticed(sheets):
    planted = [*sheets[:3], replace(sheets[3], url=sheets[4].url), sheets[4]]
    assert wrong_pages(draw_posters(planted), [sheet.url for sheet in sheets[:5]]) == [3]


def test_a_poster_whose_code_is_broken_is_noticed(sheets, monkeypatch):
    sound = qr.runs
    monkeypatch.setattr(qr, "runs", lambda modules: sound(tuple(inverted(row) for row in modules)))
    assert wrong_pages(draw_posters(sheets[:2]), [sheet.url for sheet in sheets[:2]]) == [0, 1]


def inverted(row: tuple[bool, ...]) -> tuple[bool, ...]:
    third = len(row) // 3
    return tuple(dark ^ (third <= column < 2 * third) for column, dark in enumerate(row))


@pytest.mark.parametrize("page", [0, 41, 107])
def test_every_module_is_drawn_as_computed(pdf, sheets, page):
    wanted = qr.matrix(sheets[page].url, level="Q")
    picture = page_picture(pdf, page, 300)
    assert modules_drawn(picture, code_square(picture), len(wanted)) == wanted


def test_one_inverted_column_that_a_scanner_forgives_is_noticed(sheets, monkeypatch):
    wanted, sound = qr.matrix(sheets[0].url, level="Q"), qr.runs
    monkeypatch.setattr(qr, "runs", lambda modules: sound(tuple((*r[:12], not r[12], *r[13:]) for r in modules)))
    planted = draw_posters(sheets[:1])
    assert wrong_pages(planted, [sheets[0].url]) == []
    picture = page_picture(planted, 0, 300)
    assert modules_drawn(picture, code_square(picture), len(wanted)) != wanted


@pytest.mark.parametrize("page", [0, 41, 107])
@pytest.mark.parametrize("angle", [0, 7, 45, 90, 133, 180, 275])
def test_a_poster_reads_at_100_dpi_however_the_phone_is_turned(pdf, sheets, page, angle):
    turned = page_picture(pdf, page, 100).rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=255)
    assert read_codes(turned) == [sheets[page].url]


@pytest.mark.parametrize("page", [0, 41, 107])
def test_a_poster_reads_when_the_picture_is_blurred(pdf, sheets, page):
    # 1.2 mm on paper, half a module: a hand that shakes, a lens that is not clean.
    blurred = page_picture(pdf, page, 100).filter(ImageFilter.GaussianBlur(1.2 / 25.4 * 100))
    assert read_codes(blurred) == [sheets[page].url]


@pytest.mark.parametrize("page", [0, 41, 107])
def test_a_poster_reads_after_a_poor_copier(pdf, sheets, page):
    grey = page_picture(pdf, page, 100).filter(ImageFilter.GaussianBlur(2)).point(lambda value: 60 + value // 3)
    noise = Image.frombytes("L", grey.size, bytes((i * 7919 >> 5) % 60 for i in range(grey.width * grey.height)))
    streaked = ImageChops.subtract(grey, noise)
    streaked.paste(20, (300, 0, 303, streaked.height))
    assert read_codes(streaked) == [sheets[page].url]


def test_the_code_is_at_least_60_mm_and_has_four_modules_of_white(pdf, sheets):
    picture = page_picture(pdf, 0, 300)
    left, top, side = code_square(picture)
    assert side / 300 * 25.4 >= 60
    quiet = qr.QUIET_ZONE * side / len(qr.matrix(sheets[0].url, level="Q"))
    for box in (
        (left - quiet, top - quiet, left - 3, top + side + quiet),
        (left - quiet, top - quiet, left + side + quiet, top - 3),
        (left + side + 3, top - quiet, left + side + quiet, top + side + quiet),
        (left - quiet, top + side + 3, left + side + quiet, top + side + quiet),
    ):
        assert picture.crop(tuple(map(round, box))).getextrema() == (255, 255)


@pytest.mark.parametrize("host", ["b.cn", "bs.qingchuan.example", LONG["url_text"].split("/")[0]])
def test_short_and_long_domains_read_back(host):
    url = qr.dense(f"https://{host}/q/3m7kd2x9")
    assert wrong_pages(draw_posters([sheet(url=url, url_text=f"{host}/q/3m7kd2x9")]), [url], dpi=100) == []


# The file


def test_108_posters_are_one_small_file_of_a4_pages(pdf):
    assert len(pdf) <= 1_000_000
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == MANY
        sizes = {tuple(round(side / MM) for side in page.get_size()) for page in document}
    assert sizes == {(210, 297)}


def test_nothing_is_a_picture_and_the_font_is_embedded_once(pdf):
    assert not re.search(rb"/Subtype\s*/Image|/XObject", pdf)
    assert pdf.count(b"/FontFile2") == 1
    with pypdfium2.PdfDocument(pdf) as document:
        kinds = {item.type for page in document for item in page.get_objects()}
    assert kinds == {pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH}


def test_the_code_is_one_path_on_each_page(pdf):
    pages = contents(pdf)
    assert len(pages) == MANY
    # The rule below the heading, two rules between the promises, the code.
    assert {len(re.findall(rb"(?<=\s)f(?=\s)", page)) for page in pages} == {4}


def test_only_black_is_printed(pdf):
    operators = re.compile(rb"(?<=[\d\s])(?:rg|RG|g|G|k|K|sc|SC|scn|SCN|cs|CS|gs|sh|Do)(?=\s)")
    assert all(not operators.search(re.sub(rb"\((?:\\.|[^\\)])*\)", b"", page)) for page in contents(pdf))
    with pypdfium2.PdfDocument(pdf) as document:
        colours = document[0].render(scale=1).to_pil().convert("RGB").getcolors(1 << 20)
    assert all(red == green == blue for _, (red, green, blue) in colours)


def test_the_same_posters_are_the_same_bytes_in_another_process():
    code = "import sys; from tests.services.test_poster_pdf import *; sys.stdout.buffer.write(draw_posters([sheet(4)]))"
    for seed in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ROOT},
            capture_output=True,
            check=True,
        )
        assert made.stdout == draw_posters([sheet(4)])


def test_the_file_names_itself_its_language_and_its_day(pdf):
    with pypdfium2.PdfDocument(pdf) as document:
        about = document.get_metadata_dict()
    assert about["Title"] == "清川市政务服务中心 · 海报 QC-0001 – QC-0108"
    assert about["CreationDate"].startswith("D:20260901")
    assert b"/Lang (zh-CN)" in pdf
    assert b"/Lang (en)" in draw_posters([sheet(**IN_ENGLISH)], language="en")


def test_every_text_and_the_code_stand_in_the_reading_order(pdf):
    assert b"/MarkInfo << /Marked true" in pdf or b"/MarkInfo <</Marked true" in pdf
    assert pdf.count(b"/S /Figure") == pdf.count(b"/S /H1") == MANY
    for page in contents(pdf):
        # What a reader skips (rules, the frame) says so; nothing is left undecided.
        outside = re.sub(rb"/\w+ (?:<</MCID \d+>> BDC|BMC).*?EMC", b"", page, flags=re.DOTALL)
        assert b"Tj" not in outside
        assert b" re" not in outside


def test_no_posters_are_refused():
    with pytest.raises(ValueError, match="no posters"):
        draw_posters([])


# The texts


def test_every_text_can_be_selected(pdf, sheets):
    for page in (0, 107):
        text = text_of(pdf, page)
        for part in sheets[page].texts():
            assert part in text or part == sheets[page].url


@pytest.mark.parametrize(
    "changes", [{}, LONG, EVERYTHING_LONG, IN_ENGLISH, SPARSE], ids=["usual", "long", "all long", "English", "sparse"]
)
def test_nothing_leaves_the_margins_and_nothing_overlaps(changes):
    made = draw_posters([sheet(**changes)])
    picture = page_picture(made, 0, 100)
    left, top, right, bottom = (mm / 25.4 * 100 for mm in (17.5, 14.5, 192.5, 282.5))
    ink = picture.point(lambda value: 255 * (value < 128)).getbbox()
    assert ink is not None
    assert ink[0] >= left
    assert ink[1] >= top
    assert ink[2] <= right
    assert ink[3] <= bottom
    assert overlapping(made) == []
    assert read_codes(picture) == [sheet(**changes).url]


def overlapping(pdf: bytes) -> list[tuple[int, int]]:
    with pypdfium2.PdfDocument(pdf) as document:
        boxes = [item.get_bounds() for item in document[0].get_objects() if item.type == pdfium.FPDF_PAGEOBJ_TEXT]
    pairs = ((i, j) for i in range(len(boxes)) for j in range(i))
    return [(i, j) for i, j in pairs if touch(boxes[i], boxes[j])]


def touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def test_a_text_printed_over_another_is_noticed(monkeypatch):
    monkeypatch.setattr(poster_pdf, "_HIGH", 267.0)
    monkeypatch.setattr(poster_pdf, "_high", lambda setting, leading=1.3: 0.2 * setting.size)
    assert overlapping(draw_posters([sheet()]))


def test_the_headline_is_33_mm_and_the_address_can_be_read_at_arms_length(pdf):
    sizes = {round(float(size) / MM, 1) for size in re.findall(rb"([\d.]+) Tf", contents(pdf)[0])}
    assert max(sizes) == 33.0
    assert min(sizes) >= 4.0


def test_a_rare_character_of_a_name_is_printed_and_read_out():
    made = draw_posters([sheet(hall_name="𬱖村便民服务站")])
    assert "𬱖村便民服务站" in text_of(made)
    assert unprintable([sheet(hall_name="𬱖村便民服务站")]) == {}


def test_a_character_the_font_lacks_is_shown_as_missing_and_reported():
    odd = sheet(place="🙂号窗口")
    assert "〓号窗口" in text_of(draw_posters([odd]))
    assert unprintable([sheet(1), odd]) == {"QC-0003": "🙂"}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("一楼\n大厅\t东", "一楼 大厅 东"),
        ("3号\u200b窗口\u202e", "3号窗口"),
        ("葛\U000e0100", "葛"),
        ("cafe\u0301 3", "café 3"),
        ("Couldn’t “wait”", 'Couldn\'t "wait"'),
        ("“办不成事”", "“办不成事”"),
        ("办\u0000成\ud800", "办成〓"),
    ],
)
def test_what_has_no_ink_is_left_out(text, printed):
    assert printable(text) == printed
    draw_posters([sheet(label=text)])


# The preview


def test_the_preview_is_a_picture_of_the_page_asked_for(pdf, sheets):
    picture = opened(render_png(pdf, 41, 100))
    assert picture.format == "PNG"
    assert picture.size == (827, 1170)
    assert read_codes(picture) == [sheets[41].url]


@pytest.mark.parametrize("page", [-1, 108])
def test_a_page_that_is_not_there_is_refused(pdf, page):
    with pytest.raises(IndexError):
        render_png(pdf, page, 50)
