"""Measuring processes that misbehave, for `bench.gpu_jobs.conduct`. They need no torch and start at once."""

from __future__ import annotations

import sys

WORKER = """
import json, os, sys, time
for job in json.loads(sys.argv[-1]):
    if job["case"] == "dies":
        os._exit(7)
    if job["case"] == "hangs":
        time.sleep(600)
    if job["case"] == "babbles":
        print("no outcome", flush=True)
        continue
    trouble = "OutOfMemory: no room" if job["case"] == "fails" else ""
    fields = {"job": job, "trouble": trouble, "timings": {}, "ceiling": None, "software": str(os.getpid())}
    print(json.dumps(fields), flush=True)
"""


def command() -> list[str]:
    """A worker that does as each job's case says: `dies`, `hangs`, `babbles`, `fails`, or else well."""
    return [sys.executable, "-c", WORKER]
