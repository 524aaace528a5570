"""Why a stream cannot be listened to at all. Distinct from a finding: there is no report then, only one sentence."""

from __future__ import annotations

from radio.errors import RadioError


class CannotListen(RadioError):
    """What stands at the address cannot be checked; `str(error)` is one plain sentence (exit code 2)."""
