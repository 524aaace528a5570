"""The player page: finds its folder and serves it from memory, at `/` and under `/player/…`.

Knows nothing of the station: the page speaks to the same API as everybody. Files are read once, so an edit wants a
restart, and a full or vanished disk cannot touch the page. Runs in the event loop.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from radio.errors import StartError
from radio.web.hls import takes_gzip

INDEX = "index.html"
PACKAGED = Path(__file__).parent / "player"
"""Where the wheel puts the page (see `force-include` in pyproject.toml)."""
CHECKOUT = Path(__file__).parents[2] / "player"

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""Said here and not asked of the system: its table differs from machine to machine, and a module of a wrong type does
not run."""

RULES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "require-trusted-types-for": "'script'",
}
"""Content Security Policy level 3: only our own files, nothing inline, no markup made from text. `blob:` is how media
source extensions hand sound to an element."""
GUARDS = {
    "Content-Security-Policy": "; ".join(f"{rule} {value}" for rule, value in RULES.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
REVALIDATE = "no-cache"
"""Modules of two versions do not fit together, so a browser asks each time; with an ETag that costs a 304."""
VENDOR_CACHE = "public, max-age=3600"
GZIP_FROM_BYTES = 512


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the page, ready to send. `gzipped` is None where compressing gains nothing."""

    body: bytes
    gzipped: bytes | None
    etag: str
    media_type: str
    cache_control: str


def page_folder() -> Path:
    """The folder that holds `index.html`: inside the installed package, or beside it in a checkout.

    Raises:
        StartError: neither is there.
    """
    for folder in (PACKAGED, CHECKOUT):
        if (folder / INDEX).is_file():
            return folder
    raise StartError("The player page is missing from this installation. Install Longwave again.")


def page_files(folder: Path) -> dict[str, PageFile]:
    """Every file under `folder` by its path relative to it, hidden ones left out.

    Raises:
        StartError: the folder has no page, or it cannot be read.
    """
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        files = {path.relative_to(folder).as_posix(): _page_file(path, folder) for path in paths}
    except OSError as error:
        raise StartError(f"The player page in {folder} cannot be read: {error.strerror}.") from error
    if INDEX not in files:
        raise StartError(f"There is no {INDEX} in {folder}.")
    return files


def _page_file(path: Path, folder: Path) -> PageFile:
    body = path.read_bytes()
    squeezed = gzip.compress(body, 6, mtime=0) if len(body) >= GZIP_FROM_BYTES else body
    media_type = MEDIA_TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return PageFile(
        body,
        squeezed if len(squeezed) < len(body) else None,
        hashlib.sha256(body).hexdigest()[:16],
        media_type,
        VENDOR_CACHE if path.is_relative_to(folder / "vendor") else REVALIDATE,
    )


def install(app: Starlette, folder: Path | None = None) -> None:
    """Make `app` answer `/` and `/player/…`. Unknown paths are left to `app`'s own error answers.

    Raises:
        StartError: there is no page to serve.
    """
    files = page_files(folder or page_folder())

    async def index(request: Request) -> Response:
        return answer(request, files[INDEX])

    async def file(request: Request) -> Response:
        found = files.get(request.path_params["path"])
        if found is None:
            raise HTTPException(404)
        return answer(request, found)

    app.router.routes.append(Route("/", index, methods=["GET"], name="page"))
    app.router.routes.append(Route("/player/{path:path}", file, methods=["GET"], name="page_file"))


def answer(request: Request, file: PageFile) -> Response:
    """The file, or 304 when the browser's copy is the same (RFC 9110 §13.1.2)."""
    zipped = file.gzipped if takes_gzip(request.headers.get("accept-encoding", "").encode()) else None
    etag = f'"{file.etag}-gzip"' if zipped else f'"{file.etag}"'
    headers = {**GUARDS, "ETag": etag, "Cache-Control": file.cache_control, "Vary": "Accept-Encoding"}
    if etag in _tags(request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    return Response(zipped or file.body, headers=headers, media_type=file.media_type)


def _tags(if_none_match: str) -> set[str]:
    """The entity tags of the header, compared weakly (RFC 9110 §8.8.3.2)."""
    return {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
