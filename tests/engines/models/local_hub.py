"""A model hub on loopback: the addresses of the Hugging Face hub that a download uses, with its ways to fail.

Files are served from a folder `root/<owner>/<repo>/…`. Large ones (`*.safetensors`, `*.pt`) carry a SHA-256 and are
handed out by a second origin after a redirect, as the real hub does; the rest carry git's checksum. That the real
client library reads the same files from it is tested beside it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "c0ffee" * 6 + "beef"
LARGE = (".safetensors", ".pt")


@dataclass
class LocalHub:
    """What is served, what goes wrong, and what was asked."""

    root: Path
    url: str = ""
    storage_url: str = ""
    token: str = ""
    """If set, nothing is given without it."""
    gated: set[str] = field(default_factory=set)
    cut_after: dict[str, list[int]] = field(default_factory=dict)
    """By file name: after how many bytes the next answers break off, one after the other."""
    corrupt: dict[str, int] = field(default_factory=dict)
    """By file name: how many answers have their first byte changed."""
    busy: int = 0
    """So many answers are 503."""
    ranges: bool = True
    asked: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Method, path, Range, Authorization."""


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def git_sha1(path: Path) -> str:
    data = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def listing(folder: Path) -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        entry: dict[str, object] = {"rfilename": path.relative_to(folder).as_posix(), "size": size}
        entry["blobId"] = git_sha1(path)
        if path.suffix in LARGE:
            entry["lfs"] = {"sha256": sha256(path), "size": size, "pointerSize": 134}
        entries.append(entry)
    return entries


class Handler(BaseHTTPRequestHandler):
    """One request. Subclassed with the hub it belongs to."""

    hub: LocalHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Stay quiet."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        authorization = self.headers.get("Authorization", "")
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((self.command, path, self.headers.get("Range", ""), authorization))
        if self.hub.busy:
            self.hub.busy -= 1
            self.refuse(503)
        elif path.startswith("/storage/"):
            self.give(self.hub.root / path.removeprefix("/storage/"))
        else:
            self.guarded(path, authorization)

    def guarded(self, path: str, authorization: str) -> None:
        api = path.startswith("/api/models/")
        owner, repo, *rest = path.removeprefix("/api/models/").strip("/").split("/")
        folder = self.hub.root / owner / repo
        if self.hub.token and authorization != f"Bearer {self.hub.token}":
            self.refuse(401, "RepoNotFound")
        elif f"{owner}/{repo}" in self.hub.gated:
            self.refuse(403, "GatedRepo")
        elif not folder.is_dir():
            self.refuse(404, "RepoNotFound")
        elif api:
            self.describe(f"{owner}/{repo}", folder)
        else:
            self.resolve(folder, "/".join(rest[2:]))

    def describe(self, repo: str, folder: Path) -> None:
        blobs = parse_qs(urlsplit(self.path).query).get("blobs", [""])[0].lower() == "true"
        files = [entry if blobs else {"rfilename": entry["rfilename"]} for entry in listing(folder)]
        body = json.dumps({"id": repo, "sha": COMMIT, "private": False, "siblings": files}).encode()
        self.send(200, body, {"Content-Type": "application/json"})

    def resolve(self, folder: Path, name: str) -> None:
        file = folder / name
        if not file.is_file():
            self.refuse(404, "EntryNotFound")
            return
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{git_sha1(file)}"'}
        if file.suffix not in LARGE:
            self.give(file, headers)
            return
        headers = {"X-Repo-Commit": COMMIT, "X-Linked-ETag": f'"{sha256(file)}"'}
        headers |= {"X-Linked-Size": str(file.stat().st_size)}
        place = f"{self.hub.storage_url}/storage/{file.relative_to(self.hub.root).as_posix()}"
        self.send(302, b"", headers | {"Location": place})

    def give(self, file: Path, headers: dict[str, str] | None = None) -> None:
        data = file.read_bytes()
        if self.hub.corrupt.get(file.name) and self.command == "GET":
            self.hub.corrupt[file.name] -= 1
            data = bytes([data[0] ^ 1]) + data[1:]
        wanted = self.headers.get("Range", "")
        if wanted and self.hub.ranges:
            start = int(wanted.removeprefix("bytes=").split("-")[0])
            place = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
            self.send(206, data[start:], (headers or {}) | place, file.name)
        else:
            self.send(200, data, headers or {}, file.name)

    def refuse(self, status: int, reason: str = "") -> None:
        self.send(status, b"no", {"X-Error-Code": reason} if reason else {})

    def send(self, status: int, body: bytes, headers: dict[str, str], name: str = "") -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        cuts = self.hub.cut_after.get(name, []) if self.command == "GET" else []
        if cuts:
            body = body[: cuts.pop(0)]
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def serve(root: Path) -> Iterator[LocalHub]:
    """A hub with the repositories in `root`, and its storage on another port."""
    hub = LocalHub(root)
    handler = type("BoundHandler", (Handler,), {"hub": hub})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
    hub.url, hub.storage_url = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield hub
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            thread.join(5)
            server.server_close()
