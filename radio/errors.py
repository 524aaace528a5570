"""The error tree. One cause per class, holding the data a caller needs to say what went wrong.

    RadioError
    ├── SettingsError          a setting, or a combination of settings, makes no sense
    ├── StartError             the machine cannot run the station (port, folder, ffmpeg)
    ├── RequestError           a request that was understood and refused
    │   ├── Unreadable         400
    │   ├── Invalid            422
    │   ├── Unknown            404
    │   ├── WrongState         409
    │   ├── TooMany            429
    │   └── NotReady           503, with the seconds to wait
    ├── CannotListen           a stream that `radio check` cannot listen to
    ├── AudioError             an array that is not audio as this project means it
    ├── GenerationError        an engine could not make a segment
    │   ├── Cancelled          somebody asked it to stop
    │   ├── DeadlineExceeded   it took too long
    │   ├── OutOfMemory        the device has no room for it
    │   ├── Unavailable        its model, or the server behind it, is not there
    │   └── PlannerError       the planner did not answer, or nothing usable
    ├── ModelError             a model file that is missing, damaged or not what it should be
    ├── EncoderError           ffmpeg could not be started, or ended
    └── StageError             a stage of the audio path has ended; only a new server mends it

Which thread raises them does not matter: they hold plain values only.
"""

from __future__ import annotations


class RadioError(Exception):
    """Root of every error that Longwave raises on purpose; `str(error)` is one plain sentence."""


class SettingsError(RadioError):
    """A setting, or a combination of settings, that makes no sense."""


class StartError(RadioError):
    """This machine cannot run the station as configured."""


class CannotListen(RadioError):
    """Not a stream that can be checked: no address, no answer, no playlist, or of a kind that we do not read."""


class AudioError(RadioError):
    """An array that is not audio: wrong dtype, shape or rate."""


class GenerationError(RadioError):
    """An engine could not make a segment."""


class Cancelled(GenerationError):
    """The job was cancelled while it ran."""


class DeadlineExceeded(GenerationError):
    """The job took longer than its deadline."""


class OutOfMemory(GenerationError):
    """The device has no memory left for the job or the model."""


class Unavailable(GenerationError):
    """What the engine needs is not there: an installed extra, a model, a server."""


class PlannerError(GenerationError):
    """The planner did not answer in time, or what it wrote cannot be used."""


class ModelError(RadioError):
    """A model on disk, or to be fetched, that is missing, damaged or of another kind than it should be."""


class EncoderError(RadioError):
    """ffmpeg could not be started or ended by itself."""


class StageError(RadioError):
    """A stage of the audio path has ended, which is a bug; only a new server process mends it."""


class RequestError(RadioError):
    """A request that was refused; `status_code` is its HTTP status (RFC 9110 §15)."""

    status_code = 400


class Unreadable(RequestError):
    """The body or the address cannot be read at all."""

    status_code = 400


class Invalid(RequestError):
    """Read, but not valid."""

    status_code = 422


class Unknown(RequestError):
    """There is nothing at that address."""

    status_code = 404


class WrongState(RequestError):
    """The station is in a state in which this cannot be done."""

    status_code = 409


class TooMany(RequestError):
    """Asked too often."""

    status_code = 429

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NotReady(RequestError):
    """Not there yet; ask again after `retry_after_s` seconds."""

    status_code = 503

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
