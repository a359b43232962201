"""Corrections in the browser, by the owner at this machine: ``juanzong serve --edit``.

A form is good only if it was fetched from here: it carries the token of a cookie that no other site is sent
with or can read (SameSite=Strict), and the browser says that it comes from this origin.
"""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request
from msgspec.structs import replace

from archive.described import date_of, kind_of
from archive.errors import JuanzongError, said
from archive.fields import CORRECTED
from archive.inspection import single_text, source_in
from archive.model import Kind
from archive.own_process import python_command
from archive.readers import fingerprint
from archive.sidecar import Changes, save, with_texts
from archive.sources import SourceFile, on_disk
from index.archive import Archive
from index.errors import NotFoundError
from index.reloading import OpenArchive
from web.downloads import OriginalMissingError
from web.errors import ParameterError, WordedError
from web.interface import Interface, interface
from web.pages import Page, render

COOKIE = "edit"
MOST_LINES = 1_000
"""Lines whose kinds a form has; those of a longer text are corrected in an editor (``juanzong correct``)."""

_UPDATE = """
import time
from pathlib import Path
from index.errors import BusyError
from index.update import update
until = time.monotonic() + 15
while True:
    try:
        update(Path(sys.argv[1]))
        break
    except BusyError:  # juanzong watch sees the correction too
        if time.monotonic() > until:
            raise
        time.sleep(0.2)
"""


def correction_views(open_archive: OpenArchive) -> Blueprint:
    """The form of a document, and what is sent with it."""
    views = Blueprint("correcting", __name__)

    @views.get("/correct/", defaults={"document_id": ""})
    @views.get("/correct/<rest:document_id>")
    def form(document_id: str) -> Response:
        return _form(open_archive(), document_id or request.args.get("id", ""))

    @views.post("/correct/", defaults={"document_id": ""})
    @views.post("/correct/<rest:document_id>")
    def correct(document_id: str) -> Response:
        _require_own_form()
        archive, name = open_archive(), document_id or request.args.get("id", "")
        source = _source(archive, name)
        page = correct_page(source, interface(), name)
        if page.digest != request.form.get("digest"):
            raise WordedError("form_outdated")  # the text was changed, or corrected by somebody else, since
        changes = _changes(page)
        date = changes.get("date")
        if isinstance(date, str) and date_of(date) is None:
            return _form(archive, name, interface().t("correct.no_date", value=date), status=400)
        if save(source.path, changes):
            _update(archive.home.path)
        response = redirect(interface().links.document(name), 303)
        response.cache_control.no_store = True
        return response  # type: ignore[return-value]

    return views


def correct_page(source: SourceFile, ui: Interface, name: str, token: str = "", problem: str = "") -> Page:
    """The form of a text. Raises NotFoundError where it is not a file of its own."""
    if (text := single_text(source)) is None:
        raise NotFoundError("Only a text that is a file of its own is corrected here.")
    said, lines = text
    known = {field: (value, origin) for field, value, origin in said}
    fields = (*CORRECTED, *source.described.own)
    return Page(
        "correct.html",
        ui.t("correct.title", title=known["title"][0] if "title" in known else name),
        action=ui.links.by_id("correct", name),
        back=ui.links.document(name),
        token=token,
        digest=(fingerprint(source) or "") + source.described.digest.hex(),
        values={field: known.get(field, ("", ""))[0] for field in fields},
        origins={field: ui.t.of(known.get(field, ("", ""))[1]) for field in fields},
        lines=tuple(lines) if len(lines) <= MOST_LINES else (),
        kinds=tuple((kind.label, ui.t(f"kind.{kind.label}")) for kind in Kind),
        problem=problem,
    )


def _changes(page: Page) -> Changes:
    """What the sent form says otherwise than the page."""
    sent = {name: request.form.get(name, value).strip() for name, value in page.values.items()}
    kinds = {line.line: request.form.get(f"line-{line.line}", line.kind) for line in page.lines}
    for kind in kinds.values():
        if kind_of(kind) is None:
            raise ParameterError("line", kind, ", ".join(name for name, _ in page.kinds))
    lines = {line.line: kinds[line.line] for line in page.lines if kinds[line.line] != line.kind}
    changes = {name: sent[name] or None for name in sent if sent[name] != page.values[name]}
    return with_texts({**changes, "lines": lines}, {line.line: line.text for line in page.lines})


def _form(archive: Archive, name: str, problem: str = "", status: int = 200) -> Response:
    """The form, with a token of its own."""
    ui, token = interface(), request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
    page = correct_page(_source(archive, name), ui, name, token, problem)
    response = render(page, ui, status)
    response.cache_control.no_store = True
    path = f"{request.script_root}/correct"
    response.set_cookie(COOKIE, token, path=path, samesite="Strict", httponly=True)
    return response


def _require_own_form() -> None:
    """Raise ``edit_refused`` for what another site may have sent."""
    sent, kept = request.form.get("token", ""), request.cookies.get(COOKIE, "")
    origin = request.headers.get("Origin")
    # Pages with no referrer send "null" (Fetch Standard, "append a request Origin header").
    here = origin in (None, "null") or urlsplit(origin or "").netloc == request.host
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    if not (kept and secrets.compare_digest(sent.encode(), kept.encode()) and here and site == "same-origin"):
        raise WordedError("edit_refused")


def _source(archive: Archive, document_id: str) -> SourceFile:
    """The file of a document."""
    folder, path, _ = archive.original(document_id)
    top = Path(folder or ".").resolve()
    file = top / on_disk(top, path)
    if file.resolve() != file or not file.is_file():
        raise OriginalMissingError(f"The original file {path} is not there any more, or cannot be read.")
    return replace(source_in(file, top)[0], relative=path)


def _update(home: Path) -> None:
    """Take the corrections in, in a process of its own, which may lower its rights to the machine."""
    command = python_command(_UPDATE, str(home))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [""])[-1]
        raise JuanzongError(
            said("The correction was written, and the update failed: {}", reason), hint="Run: juanzong update"
        )
