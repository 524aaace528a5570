"""`make bench`: every bench in its usual size, one after another; exit code 0 when every budget was kept."""

from __future__ import annotations

import subprocess
import sys

BENCHES = (
    ["bench.start", "5"],
    ["bench.mixing"],
    ["bench.engine"],
    ["bench.chain", "180"],
    ["bench.real_time", "600"],
    ["bench.soak", "--hours", "1"],
    ["bench.delivery", "120"],
    ["bench.chaos", "--faults", "80"],
    ["bench.slow_engine", "--minutes", "20"],
    ["bench.steering", "--cuts", "20"],
)


def main() -> int:
    failed = [bench for bench in BENCHES if subprocess.run([sys.executable, "-m", *bench], check=False).returncode != 0]
    for bench in failed:
        print(f"over budget: python -m {' '.join(bench)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
