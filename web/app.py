"""The Flask application: pages and API over whatever archive is served now."""

from __future__ import annotations

import hashlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request, send_from_directory
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from archive.errors import JuanzongError, StoreError, out_of_files_named
from archive.messages import LANGUAGES, LOCALE, catalogue
from index.errors import ArchiveMissingError, EngineError, NotFoundError
from index.reloading import OpenArchive
from index.search.context import shortened
from web.api import api_views, json_error, wants_json
from web.downloads import Downloads
from web.errors import public, status_of
from web.interface import chosen_now, interface
from web.limits import BoundedRequest, Hosts, LongAnswers, Origins, refuse_long_addresses
from web.marking import language_of_text
from web.pages import render
from web.pages.others import error_page
from web.views import page_views

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"

IS_GONE = "waitress.client_disconnected"
"""In the environment of a request: tells whether its client has hung up."""

# Everything comes from this host, nothing is inline, nothing is framed, forms go nowhere else.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Application(Flask):
    """An application that limits how long each answer takes."""

    def dispatch_request(self) -> ResponseReturnValue:
        """The answer to the request; raises what ``LongAnswers`` raises, and ``OutOfFilesError``."""
        long_answers: LongAnswers = self.config["LONG_ANSWERS"]
        with long_answers.watched(request.environ.get(IS_GONE, lambda: False)):
            try:
                return super().dispatch_request()
            except OSError:
                with out_of_files_named():
                    raise


class RestConverter(BaseConverter):
    """All that is left of a path, slashes and dots included: the ids of documents are paths."""

    regex = ".+"
    part_isolating = False


def create_app(
    open_archive: OpenArchive,
    hosts: Hosts | None = None,
    originals: bool = True,
    edit: bool = False,
    origins: Origins | None = None,
) -> Flask:
    """The application. ``open_archive`` is asked at every request: a new generation is taken up at once.

    ``hosts``: names under which anything is answered; None: all. ``originals``: source files may be
    downloaded. ``edit``: texts may be corrected, on a server that nobody else reaches. ``origins``: other
    sites that may use it.
    """
    app = Application("web.app", static_folder=None, template_folder="templates")
    app.request_class = BoundedRequest
    app.url_map.converters["rest"] = RestConverter
    app.url_map.merge_slashes = False
    app.config["STATIC_VERSIONS"] = static_versions()
    app.config["VERSION"] = program_version()
    app.config["LONG_ANSWERS"] = LongAnswers()
    app.config["DOWNLOADS"] = Downloads()
    app.config["ORIGINALS"] = originals
    app.config["EDIT"] = edit
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {
        "number": "{:,}".format,
        "measure": "{:,.2f}".format,
        "language": language_of_text,
        "shortened": shortened,
    }
    # Where no more files can be opened, that is said all the same.
    for name in ("macros.html", "base.html", "error.html"):
        app.jinja_env.get_template(name)
    for language in LANGUAGES:
        catalogue(language)
    app.register_blueprint(page_views(open_archive))
    app.register_blueprint(api_views(open_archive))
    if edit:
        from web.correcting import correction_views

        app.register_blueprint(correction_views(open_archive))
    app.add_url_rule("/static/<name>", "static", _static)
    app.register_error_handler(JuanzongError, _named_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected_error)
    served = hosts or Hosts(None)
    app.before_request(lambda: served.check(request.environ.get("HTTP_HOST")))
    app.before_request(refuse_long_addresses)
    if origins:
        app.after_request(origins.admit)
    app.after_request(_finish)  # the last one that is registered is called first
    return app


def static_versions() -> dict[str, str]:
    """A digest of each static file, which is in its address."""
    return {path.name: _digest(path.read_bytes()) for path in sorted(STATIC.iterdir()) if path.is_file()}


def program_version() -> str:
    """Differs where the same archive may be shown otherwise: the release, these files, the words."""
    shown = (".py", ".html", ".css", ".js", ".svg", ".mo")
    files = sorted(path for top in (HERE, LOCALE) for path in top.rglob("*") if path.suffix in shown)
    try:
        release = version("juanzong")
    except PackageNotFoundError:
        release = "source"
    return _digest(release.encode(), *(path.read_bytes() for path in files))


def _digest(*parts: bytes) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _static(name: str) -> Response:
    response = send_from_directory(STATIC, name, max_age=365 * 24 * 3600)
    response.cache_control.immutable = True
    response.cache_control.public = True
    return response


# That there is no archive yet is said when the server starts, the others are not news.
_UNSAID = (ArchiveMissingError.code, "crowded", "client_gone")


def _named_error(error: JuanzongError) -> Response:
    status = status_of(error)
    if status == 500 or isinstance(error, StoreError | EngineError):
        _log(error)
    elif status == 503 and error.code not in _UNSAID:
        # Once, however often it is asked for. Only here and in the terminal it says where the archive is.
        if current_app.config.get("SAID") != str(error):
            current_app.logger.error("%s", error, exc_info=error.__cause__)
        current_app.config["SAID"] = str(error)
    return _error(public(error), status)


def _http_error(error: HTTPException) -> Response:
    if error.code is None:
        raise error
    if error.code == 404:
        named: JuanzongError = NotFoundError(
            f"There is nothing at {request.path[:200]}.", hint="The address may be mistyped."
        )
    else:
        named = JuanzongError(f"{error.code} {error.name}.")
        named.code = error.name.lower().replace(" ", "_")
    response = _error(named, error.code)
    if error.code == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "GET, HEAD, OPTIONS")
    return response


def _unexpected_error(error: Exception) -> Response:
    _log(error)
    named = JuanzongError("Something went wrong on this side.", hint="The server's log says what.")
    named.code = "internal_error"
    return _error(named, 500)


def _log(error: Exception) -> None:
    current_app.logger.error("%s %s", request.method, request.path, exc_info=error)


def _error(error: JuanzongError, status: int) -> Response:
    if wants_json():
        response = json_error(error, status)
    else:
        ui = interface()
        response = render(error_page(error, status, ui), ui, status)
    response.cache_control.no_store = True
    return response


def _finish(response: Response) -> Response:
    response.headers.extend(SECURITY_HEADERS)
    if response.location:
        # Werkzeug's own redirects name the host of the request, which behind a proxy is not the reader's.
        response.location = urlsplit(response.location)._replace(scheme="", netloc="").geturl()
    for name, value in chosen_now(request.args).items():
        if value != request.cookies.get(name) and not wants_json():
            response.set_cookie(
                name,
                value,
                max_age=365 * 24 * 3600,
                path=f"{request.script_root}/",
                samesite="Lax",
                httponly=True,
            )
    return response
