"""Fill an empty database with the invented hall; show how to enter it."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from portal.commands import app_context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from portal.demo.fill import SEED

    parser.add_argument("--until", type=date.fromisoformat, help="the day the invented life ends (default: now)")
    parser.add_argument("--seed", type=int, default=SEED, help="another number, another life")
    parser.add_argument("--show", action="store_true", help="print addresses, sign-ins and sample codes; fill nothing")


def run(args: argparse.Namespace) -> int:
    with app_context():
        if args.show:
            return _show()
        return _fill(args.until, args.seed)


def _fill(until: date | None, seed: int) -> int:
    from portal.demo import fill

    if not fill.is_empty():
        told = "the demo hall" if fill.filled_with() else "a hall that is not the demo's"
        print(f"The database holds {told} already: nothing was filled in.")
        return 0
    counts = fill.fill(_end_of(until), seed)
    print("The demo hall is filled: " + ", ".join(f"{n:,} {what}" for what, n in counts.items()) + ".")
    return 0


def _show() -> int:
    from portal.demo.welcome import welcome

    for line in welcome():
        print(line)
    return 0


def _end_of(until: date | None) -> datetime:
    """The last instant of the invented life: now, or the hall's closing time on the day given."""
    from portal import clock
    from portal.rules.hours import HallHours
    from portal.rules.workdays import instant_at

    return instant_at(until, HallHours().closes) if until else clock.now().replace(second=0, microsecond=0)
