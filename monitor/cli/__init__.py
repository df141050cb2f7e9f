"""The command `parcels`: which commands there are, loaded one at a time so that each starts fast."""

from __future__ import annotations

import contextlib
import errno
import gc
import importlib
import io
import os
import resource
import sys
import threading
from typing import Any, NoReturn

# What is imported stays: looking for garbage meanwhile would cost every command a fifth of this.
_collects = gc.isenabled()
gc.disable()

import click  # noqa: E402 - see above

from monitor.cli.choices import nearest  # noqa: E402 - as above
from monitor.cli.later import Later  # noqa: E402 - as above
from monitor.cli.plainly import speak_plainly  # noqa: E402 - as above
from monitor.errors import ParcelsError, visible  # noqa: E402 - as above

if _collects:  # whoever imports this keeps what was set; `main` decides for a command
    gc.enable()

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
GRACE = 5.0  # seconds for threads that are still waiting when all is done

# name -> (module, help line); in the order and under the headings `parcels --help` shows them.
GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "Every day": {
        "add": ("watching", "Watch a parcel, or complete what is known of it."),
        "list": ("overview", "One line a parcel, most urgent first."),
        "show": ("detail", "Everything about one parcel."),
        "edit": ("watching", "Change what you told about a parcel."),
        "done": ("watching", "End the watch without a word; keeps the history."),
        "remove": ("removing", "Delete a parcel and its history."),
    },
    "Now and then": {
        "undo": ("watching", "Take `done` back."),
        "event": ("watching", "Write down an event or a remark by hand."),
        "import": ("importing", "Add many parcels from CSV, JSON or any pasted text."),
        "export": ("exporting", "What you told about your parcels, as CSV or JSON."),
        "stats": ("stats", "How long each leg took, and who went wrong, with your own parcels."),
        "calendar": ("calendar", "The deadlines as iCalendar, with alarms."),
    },
    "When stuck": {
        "plan": ("agenda", "What will happen when, if nothing moves."),
        "explain": ("explain", "What a carrier's message means, and what to do."),
        "why": ("why", "Why you were told, or not, and when you hear more."),
        "letter": ("letter", "The message to send: to the seller, the carrier, the shop."),
        "ack": ("silence", "I have seen it: silence until something changes."),
        "snooze": ("silence", "Not now: silence for a while."),
        "evidence": ("pages", "The dispute kit of one parcel: page, table, kept answers."),
        "board": ("pages", "One page of all parcels, for a browser or a phone."),
    },
    "Service": {
        "run": ("service", "The service: watch until told to stop."),
        "poll": ("service", "One pass now: ask, judge, send what is due."),
        "alerts": ("alerts", "What was told, what waits, what failed."),
        "adapters": ("health", "Each source: on or off, its pace, how it does."),
        "notify-test": ("notify", "Send a test message through your channels."),
        "doctor": ("doctor", "Check everything the monitor stands on."),
        "config": ("service", "The effective configuration and where each value comes from."),
        "backup": ("backup", "A verified copy of the database, while it is in use."),
        "restore": ("backup", "Put a copy in the database's place."),
        "reread": ("reread", "Read stored events anew, after words have changed."),
        "init": ("setup", "Write a configuration to begin with."),
        "completion": ("shell", "Completion for bash, zsh and fish."),
        "demo": ("demo", "Watch the monitor at work; needs no key and no network."),
    },
}
COMMANDS = {name: entry for group in GROUPS.values() for name, entry in group.items()}


class Parcels(click.Group):
    """A group that knows its commands by name and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"monitor.cli.{COMMANDS[cmd_name][0]}")
        found: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return found

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """The names of commands by the table above, so that none is imported for it; options."""
        from click.shell_completion import CompletionItem

        commands = [
            CompletionItem(name, help=line)
            for name, (_, line) in COMMANDS.items()
            if name.startswith(incomplete)
        ]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            near = nearest(name, COMMANDS)
            hint = f" Did you mean {near[0]!r}?" if near else " See: parcels --help"
            raise click.UsageError(f"There is no command {name!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader of a pipe has gone; nothing is wrong, and nothing more can be said.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        return result

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for heading, commands in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, line) for name, (_, line) in commands.items()])


@click.group(
    cls=Parcels,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Each command explains itself: parcels add --help",
)
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    type=click.Path(),
    help="Read this configuration and no other.",
)
@click.version_option(package_name="stuck-package-monitor", prog_name="parcels")
@click.pass_context
def parcels(ctx: click.Context, config_file: str | None) -> None:
    """Watches your parcels and tells you when one is stuck, while there is still time to get
    the money back."""
    ctx.obj = config_file
    if os.environ.get("NO_COLOR"):  # see no-color.org
        ctx.color = False


def main() -> NoReturn:
    """The entry point: run `parcels` and end the process.

    A service that never ends its answer holds a thread of Apprise, and such a thread the process:
    it is given a few seconds. A program that goes on afterwards calls `run` instead.
    """
    _leave_no_core()
    gc.disable()  # most commands are over before garbage matters; long ones switch it on again
    # No plug-in of another package shall see the configuration, secrets included; and looking for
    # such plug-ins costs every command a tenth of its start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")
    sys.meta_path.insert(0, Later())
    code = run()
    if threading.active_count() > 1:
        # The interpreter waits for pools before it calls its main thread ended, so that only time
        # can tell that it waits in vain.
        limit = threading.Timer(GRACE, os._exit, (code,))
        limit.daemon = True
        limit.start()
        sys.exit(code)
    # Everything is stored and closed; taking the libraries down would cost a tenth of the command.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # its reader has gone, or it was closed
            stream.flush()
    os._exit(code)


def _leave_no_core() -> None:
    """A core dump would hold every key. No file is written below a page; a program that takes dumps
    through a pipe is not asked where the limit is exactly 1 (core(5) and Linux, fs/coredump.c).
    """
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    least = 0 if most == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (least, least))


def _nearer(error: click.NoSuchOption) -> click.NoSuchOption:
    """The same refusal, which names the options most like the one that does not exist."""
    context = error.ctx
    if context is None:
        return error
    known = [option for p in context.command.params for option in p.opts if option[:2] == "--"]
    near = nearest(error.option_name, [*known, "--help"], most=1)
    return click.NoSuchOption(error.option_name, possibilities=near or None, ctx=context)


def run() -> int:
    """Run `parcels` with the arguments of the process; a failure is one sentence on standard error.

    Returns the exit code.
    """
    asked = os.environ.get("_PARCELS_COMPLETE")
    if asked:  # by a shell, see `parcels completion`
        from monitor.cli.shell import answer

        return answer(parcels, asked)
    speak_plainly()
    try:
        code = parcels.main(prog_name="parcels", standalone_mode=False)
    except ParcelsError as error:
        click.echo(f"parcels: {error}", err=True)
        return error.exit_code
    except click.ClickException as error:
        shown = io.StringIO()
        said = _nearer(error) if isinstance(error, click.NoSuchOption) else error
        said.show(shown)
        click.echo(visible(shown.getvalue()), nl=False, err=True)  # it repeats what was typed
        return error.exit_code
    except click.Abort:
        click.echo("Aborted.", err=True)
        return 1
    except OSError as error:
        if error.errno not in _NO_ROOM or error.filename is not None:
            raise
        with contextlib.suppress(OSError):  # it may lie on the same disk
            click.echo(f"parcels: The output cannot be written ({error.strerror}).", err=True)
        return ParcelsError.exit_code
    return code if isinstance(code, int) else 0
