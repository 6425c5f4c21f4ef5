"""The console script `portal`: one module here per verb, with `add_arguments(parser)` and `run(args) -> int`."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portal.models import Hall


def main(argv: Sequence[str] | None = None) -> int:
    """Find the verb's module, let it read its arguments and run. Returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    verb = words[0] if words else "--help"
    if verb not in verbs():
        return _overview(verb)
    module = _module(verb)
    parser = argparse.ArgumentParser(prog=f"portal {verb}", description=module.__doc__)
    module.add_arguments(parser)
    args = parser.parse_args(words[1:])
    # What we store is about people: no other account of this machine reads it.
    os.umask(0o077)
    return _run(verb, module, args)


def verbs() -> list[str]:
    """All verbs: the modules of this package. Only the one asked for is imported."""
    return sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


class Failed(Exception):
    """The command cannot do it; the message is for the person at the console."""


@contextmanager
def app_context() -> Iterator[None]:
    """The portal itself, for a verb that calls services; refusals speak the console's language. Raises Failed."""
    from flask_babel import force_locale

    from portal import create_app
    from portal.services.errors import ServiceError

    with create_app().app_context(), force_locale(console_language()):
        try:
            yield
        except ServiceError as error:
            # Translated here: outside, there is no language any more.
            raise Failed(str(error)) from error


def hall_named(code: str) -> Hall:
    """The hall of that code. Raises Failed."""
    from portal.services.places import hall_by_code

    hall = hall_by_code(code)
    if hall is None:
        raise Failed(f"there is no hall {code!r}")
    return hall


def console_language() -> str:
    """English for those whose console speaks English, else Chinese."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if told.startswith("en") else "zh"


def served_address_file() -> str:
    """Where `portal serve` notes the address it listens on, when no public address is set."""
    from portal.config import from_environment

    return str(from_environment().instance_dir / "address")


def _module(verb: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{verb.replace('-', '_')}")


def _overview(verb: str) -> int:
    asked = verb in ("-h", "--help", "help")
    out = sys.stdout if asked else sys.stderr
    if not asked:
        print(f"portal: there is no command {verb!r}.", file=out)
    print("portal COMMAND …   (portal COMMAND --help tells more)\n", file=out)
    for name in verbs():
        print(f"  {name:<10} {(_module(name).__doc__ or '').strip().splitlines()[0]}", file=out)
    return 0 if asked else 2


def _remember_address(verb: str) -> None:
    """Beside a server that chose its port itself, the other verbs print addresses that it answers to."""
    if verb == "serve" or os.environ.get("PORTAL_PUBLIC_URL") or os.environ.get("PORTAL_PUBLIC_URL_FILE"):
        return
    file = served_address_file()
    if os.path.exists(file):
        os.environ["PORTAL_PUBLIC_URL_FILE"] = file


def _run(verb: str, module: ModuleType, args: argparse.Namespace) -> int:
    from portal.config import BadSetting

    try:
        _remember_address(verb)
        return int(module.run(args))
    except (BadSetting, Failed) as error:
        print(f"portal: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # `portal posters --list | head` closed the pipe; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
