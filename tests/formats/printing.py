"""Texts printed to PDF by Chromium and LibreOffice, and pages of PDF written by hand."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SEED = Path(__file__).parents[2] / "source_texts" / "000_ea956ef4aa722372.txt"
SEED_LINES = [line.strip() for line in SEED.read_text("utf-8").split("\n") if line.strip()]
HEADINGS = (
    "基层派出所所长应牢固树立四种意识",
    "把握六个关键 做合格所长",
    "要有事业心、责任感",
    "念好“真经” 当好所长",
    "拥有过硬本领 掌握工作方法",
)
STYLE = (
    "@page{size:A5;margin:2cm} body{font-family:'Noto Serif CJK SC';font-size:11pt;text-align:justify}"
    " p{text-indent:2em;margin:0} h1,h2,h3{font-weight:normal} .aside{font-size:9pt;text-align:center}"
)


def page_of(body: str, style: str = "", title: str = "Microsoft Word - 1.doc") -> str:
    """A web page to print."""
    return (
        f'<!doctype html><html lang="zh"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}{style}</style><body>{body}"
    )


def seed_page(style: str = "", leave_out: Collection[str] = (), title: str = "Microsoft Word - 1.doc") -> str:
    """The seed article as a web page: title and headings are marked, all else is paragraphs."""
    body = [f"<h1>{escape(SEED_LINES[0])}</h1>"]
    for line in (line for line in SEED_LINES[1:] if line not in leave_out):
        body.append(f"<h2>{escape(line)}</h2>" if line in HEADINGS else f"<p>{escape(line)}</p>")
    return page_of("\n".join(body), style, title)


class Printer:
    """A browser that prints pages."""

    def __init__(self, browser: Any) -> None:
        self._page = browser.new_page()

    def print(self, html: str, **options: Any) -> bytes:
        """The page as PDF."""
        self._page.set_content(html)
        data = self._page.pdf(prefer_css_page_size=True, **options)
        assert isinstance(data, bytes)
        return data


@contextmanager
def printer() -> Iterator[Printer]:
    """A printer, for as long as it is used."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield Printer(browser)
        browser.close()


def soffice(file: Path, to: str = "pdf") -> bytes:
    """A file as LibreOffice converts it."""
    home = file.parent / "office"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to", to, file.name],
        cwd=file.parent,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return file.with_suffix("." + to.partition(":")[0]).read_bytes()


def to_unicode(meaning: dict[int, str]) -> str:
    """The table of a font: what its codes stand for."""
    chars = "".join(f"<{code:04x}> <{text.encode('utf-16-be').hex()}>\n" for code, text in meaning.items())
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(meaning)} beginbfchar\n{chars}endbfchar\nendcmap end end"
    )


def hand_made(
    *contents: str,
    unicode: str | None = None,
    encoding: str = "/Identity-H",
    page: str = "",
    catalog: str = "",
) -> bytes:
    """A PDF of these content streams, a page each, with one font ``/F``; its codes are UTF-16 unless said."""
    if unicode is None:
        used = b"".join(bytes.fromhex(found) for text in contents for found in re.findall("<(.*?)> Tj", text))
        unicode = to_unicode({ord(char): char for char in sorted(set(used.decode("utf-16-be")))})
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        "<< /Type /Pages /Count {} /Kids [{}] >>".format(
            len(contents), " ".join(f"{5 + 2 * n} 0 R" for n in range(len(contents)))
        ),
        f"<< /Type /Font /Subtype /Type0 /BaseFont /SimSun /Encoding {encoding} /DescendantFonts [<< "
        "/Type /Font /Subtype /CIDFontType2 /BaseFont /SimSun /DW 1000 /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering ({'GB1' if 'GB' in encoding else 'Identity'}) /Supplement 0 >> /FontDescriptor << /Type "
        "/FontDescriptor /FontName /SimSun /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 859 "
        "/Descent -141 /CapHeight 700 /StemV 80 >> >>] " + ("/ToUnicode 4 0 R >>" if unicode else ">>"),
        f"<< /Length {len(unicode)} >> stream\n{unicode}\nendstream",
    ]
    for number, content in enumerate(contents):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F 3 0 R >> >> "
            f"/Contents {6 + 2 * number} 0 R {page} >>",
            f"<< /Length {len(content)} >> stream\n{content}\nendstream",
        ]
    data, places = "%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    data += f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer << /Size {count} /Root 1 0 R >>\n"
    return (data + f"startxref\n{len(data) - len(table)}\n%%EOF\n").encode("latin-1")


def drawn(text: str, x: float, y: float, size: float = 12) -> str:
    """The operators that draw a text at a place of the page."""
    return f"BT /F {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
