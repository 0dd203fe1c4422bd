"""The command line: one group whose commands are imported only when they run, so that checking starts fast."""

from __future__ import annotations

from importlib import import_module

import click

from casecourse import __version__

# command → (module, the function in it)
COMMANDS = {
    "run": ("casecourse.cli.run", "run"),
    "check": ("casecourse.cli.content", "check"),
    "list": ("casecourse.cli.content", "list_"),
    "try": ("casecourse.cli.trying", "try_"),
    "schema": ("casecourse.cli.content", "schema"),
    "instructor": ("casecourse.cli.people", "instructor"),
    "backup": ("casecourse.cli.data", "backup"),
    "restore": ("casecourse.cli.data", "restore"),
    "doctor": ("casecourse.cli.data", "doctor"),
}


class Lazy(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command = getattr(import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="casecourse")
def main() -> None:
    """案例教学课件：启动课堂、检查内容、试答题目。"""
