"""The model hub: lists a repository's files and fetches one, over plain HTTPS.

Speaks the two addresses of the Hugging Face hub that a download needs. Its own library throws a half-fetched file away
when it is interrupted; here the half stays and is taken up again, which matters for files of 5 GB. Every answer is
waited for with a deadline. Runs in whoever calls it, blocking.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from radio.engines.models.manifest import inside
from radio.errors import ModelError

ENDPOINT = "https://huggingface.co"
TIMEOUT = httpx.Timeout(30.0, connect=15.0)
"""Seconds without a byte after which a connection counts as dead."""
MOST_FILES = 10_000


class Interrupted(Exception):
    """The connection broke in the middle; asking again for the rest may help."""


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file in a repository. `sha256` is given for large files, `git_sha1` (of git's blob) for all others."""

    repo: str
    revision: str
    path: str
    size_bytes: int
    sha256: str = ""
    git_sha1: str = ""

    @property
    def etag(self) -> str:
        """What its content is called; another content has another one."""
        return self.sha256 or self.git_sha1


class Hub:
    """One connection pool to a hub. `token` may be empty: the models are open."""

    def __init__(self, token: str = "", endpoint: str = ENDPOINT) -> None:
        self._endpoint = endpoint.rstrip("/")

        headers = {"User-Agent": "longwave", "Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx.Client(headers=headers, timeout=TIMEOUT, follow_redirects=True)

    def close(self) -> None:
        self._client.close()

    def files(self, repo: str, revision: str = "main") -> tuple[HubFile, ...]:
        """All files of a repository, at the commit that `revision` means now.

        Raises:
            ModelError: there is no such repository, it may not be read, or the hub cannot be reached.
        """
        url = f"{self._endpoint}/api/models/{repo}/revision/{quote(revision, safe='')}"
        try:
            answer = self._client.get(url, params={"blobs": "true"})
        except httpx.HTTPError as error:
            raise ModelError(f"{self._endpoint} cannot be reached: {error or type(error).__name__}") from error
        _check(answer, repo)
        try:
            table = answer.json()
            siblings = table["siblings"][:MOST_FILES]
            return tuple(_file(repo, str(table["sha"]), entry) for entry in siblings)
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{self._endpoint} gave no list of the files of {repo}") from error

    @contextlib.contextmanager
    def open(self, file: HubFile, start: int = 0) -> Iterator[Iterator[bytes]]:
        """The file's bytes from `start` on, as they come: larger blocks would be lost where a connection breaks.

        Raises:
            Interrupted: the connection broke.
            ModelError: the hub refuses.
        """
        url = f"{self._endpoint}/{file.repo}/resolve/{file.revision}/{quote(file.path)}"
        headers = {"Range": f"bytes={start}-"} if start else {}
        try:
            with self._client.stream("GET", url, headers=headers) as answer:
                _check(answer, file.repo)
                if start and answer.status_code != httpx.codes.PARTIAL_CONTENT:
                    raise Interrupted("the hub does not continue files")
                yield answer.iter_bytes()
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise Interrupted(str(error) or type(error).__name__) from error


def _file(repo: str, revision: str, entry: dict[str, Any]) -> HubFile:
    path = str(inside(str(entry["rfilename"])))
    large = entry.get("lfs") or {}
    size = large["size"] if large else entry["size"]
    sha256, blob = str(large.get("sha256", "")), str(entry.get("blobId", ""))
    if not re.fullmatch(r"([0-9a-f]{64})?", sha256) or not re.fullmatch(r"([0-9a-f]{40})?", blob) or not sha256 + blob:
        raise ModelError(f"the hub gives no checksum for {path} in {repo}, so it is not fetched")
    return HubFile(repo, revision, path, int(size), sha256, blob)


def _check(answer: httpx.Response, repo: str) -> None:
    """Raises:
    Interrupted: the hub is busy or broken for now.
    ModelError: it says no, for one of its reasons.
    """
    code, reason = answer.status_code, answer.headers.get("X-Error-Code", "")
    if code < 400:
        return
    if code == 429 or code >= 500:
        raise Interrupted(f"the hub answered {code}")
    if reason == "GatedRepo" or code == 403:
        raise ModelError(f"{repo} is only given to those who accepted its terms; do so on its page and set HF_TOKEN")
    if code == 401:
        raise ModelError(f"there is no repository {repo}, or HF_TOKEN does not open it")
    if code == 404:
        what = "has no such file or version" if reason in ("EntryNotFound", "RevisionNotFound") else "does not exist"
        raise ModelError(f"{repo} {what}")
    raise ModelError(f"the hub refuses {repo} with status {code}")
