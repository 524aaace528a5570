"""The command `radio`. Parses, calls, prints; everything else is elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from radio import logs, parent
from radio.engines.ladder import refuse_impossible
from radio.errors import SettingsError, StartError
from radio.models_command import models
from radio.packager.tools import find_tools
from radio.programme_command import programme
from radio.settings import Settings, load
from radio.station.programme.schedule_file import read
from radio.station.resume.saved import refuse_no_folder

app = typer.Typer(help="Longwave, an endless AI radio.", no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(models, name="models")
app.command()(programme)
CANNOT_RUN = 2


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port [8000]; 0 takes a free one.")] = None,
    prompt: Annotated[str | None, typer.Option(help="What plays until somebody steers.")] = None,
    engine: Annotated[str | None, typer.Option(help="What makes the music: synth, acestep, acestep-api.")] = None,
    acestep_model: Annotated[str | None, typer.Option(help="DiT of the top rung: sft, turbo, xl-turbo.")] = None,
    ladder: Annotated[str | None, typer.Option(help="Rungs, best first: sft+4B,turbo,shorter,synth.")] = None,
    thinking: Annotated[bool | None, typer.Option(help="Let a language model think segments through.")] = None,
    lm_url: Annotated[str | None, typer.Option(help="Servers of the language models, comma-separated.")] = None,
    acestep_api_url: Annotated[str | None, typer.Option(help="The official API server.")] = None,
    device: Annotated[str | None, typer.Option(help="Where a model runs: auto, cuda, mps, cpu.")] = None,
    lora: Annotated[str | None, typer.Option(help="LoRA adapters: jazz:0.8,vinyl.")] = None,
    seed: Annotated[int | None, typer.Option(help="Fixes the music; unset: another every time.")] = None,
    renditions: Annotated[str | None, typer.Option(help="AAC bit rates [64k,128k,256k].")] = None,
    always_on: Annotated[bool | None, typer.Option(help="Make music without listeners too.")] = None,
    schedule: Annotated[Path | None, typer.Option(help="A TOML file of what plays when.")] = None,
    auto_dj: Annotated[bool | None, typer.Option(help="Wander through related moods.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder for the saved state.")] = None,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings.")] = None,
    socket_fd: Annotated[int | None, typer.Option("--socket", hidden=True)] = None,
    beat_fd: Annotated[int | None, typer.Option("--beat", hidden=True)] = None,
) -> None:
    """Run the station."""
    flags = {
        "host": host, "port": port, "prompt": prompt, "engine": engine, "seed": seed,
        "renditions": renditions, "always_on": always_on, "data_dir": data_dir, "acestep_model": acestep_model,
        "ladder": ladder, "thinking": thinking, "lm_url": lm_url, "acestep_api_url": acestep_api_url,
        "device": device, "lora": lora, "schedule": schedule, "auto_dj": auto_dj,
    }  # fmt: skip
    with plain_errors():
        settings = load(config, **flags)
        logs.configure(settings.log_format)
        if socket_fd is not None:
            run_server(settings, socket.socket(fileno=socket_fd), beat_fd)
        else:
            raise typer.Exit(run_parent(settings))


def run_server(settings: Settings, listener: socket.socket, beat: int | None) -> None:
    """The server itself, in this process."""
    import uvloop  # noqa: PLC0415 - not on every platform

    parent.keep_from_children()

    from radio.server import serve as serve_station  # noqa: PLC0415 - the parent stays small without it

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve_station(settings, listener, beat))


def run_parent(settings: Settings) -> int:
    """Check what can be checked before a server is started, then keep one running."""
    refuse_impossible(settings)
    refuse_no_folder(settings.data_dir)
    if settings.schedule is not None:
        read(settings.schedule)
    find_tools(settings.ffmpeg or "")
    with parent.listen(settings.host, settings.port) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        typer.echo(f"Longwave is on http://{shown}:{port}  (players: http://{shown}:{port}/live.m3u8, stop: Ctrl-C)")
        return parent.keep_running(listener, parent.server_command(sys.argv[2:]))


@app.command()
def check(
    url: Annotated[str, typer.Argument(help="Any HLS playlist.")],
    seconds: Annotated[float, typer.Option(min=1, help="How long to listen.")] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Listen to an HLS stream and say whether it is continuous and correct."""
    from radio.check.command import main as check_main  # noqa: PLC0415 - only this command needs it

    with plain_errors():
        tools = find_tools(load().ffmpeg or "")
        raise typer.Exit(check_main(url, seconds, ffmpeg=tools.ffmpeg, ffprobe=tools.ffprobe, as_json=as_json))


@app.command()
def doctor(
    explain: Annotated[str | None, typer.Option(help="Show what the synthesiser understands of this prompt.")] = None,
    engine: Annotated[str | None, typer.Option(help="See whether this engine keeps its promises.")] = None,
    config: Annotated[Path | None, typer.Option(help="A TOML file with settings.")] = None,
) -> None:
    """Say what works on this machine and what to install."""
    from rich.console import Console  # noqa: PLC0415 - the other commands start without it
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from radio import doctor as examination  # noqa: PLC0415
    from radio.engines.synth import explain as explanation  # noqa: PLC0415

    if explain is not None:
        typer.echo(explanation.render(explanation.explain(explain)))
        return
    with plain_errors():
        settings = load(config, engine=engine)
        findings = list(examination.promises(settings) if engine else examination.examine(settings))
    table = Table("", "what", "found", box=None)
    for finding in findings:
        mark = "[green]✓" if finding.ok else "[red]✗"
        table.add_row(mark, escape(finding.name), escape(finding.found))
        if not finding.ok and finding.hint:
            table.add_row("", "", f"→ {escape(finding.hint)}")
    Console().print(table)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """What the user can mend is one sentence and exit code 2, never a traceback."""
    try:
        yield
    except (SettingsError, StartError) as error:
        typer.echo(f"radio: {error}", err=True)
        raise typer.Exit(CANNOT_RUN) from None


def main() -> None:
    """Entry point of the console script."""
    app()


if __name__ == "__main__":
    main()
