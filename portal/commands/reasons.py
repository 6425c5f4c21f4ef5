"""The finer reasons under the three causes: portal reasons add, list, retire."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from portal.commands import app_context, hall_named

if TYPE_CHECKING:
    from portal.models import SubReason


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from portal.rules.vocabulary import Cause

    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="offer one more at triage")
    add.add_argument("code", help="lower-case letters, digits and _; kept in the case, never used again for another")
    add.add_argument("--cause", required=True, choices=list(Cause))
    add.add_argument("--name", required=True, help="in Chinese")
    add.add_argument("--name-en", required=True)
    add.add_argument("--hall", default="", help="the hall's code; without it every hall has it")
    retire = actions.add_parser("retire", help="offer one no more; cases that have it keep it")
    retire.add_argument("code")
    actions.add_parser("list", help="cause, code, hall or all, name; one a line")


def run(args: argparse.Namespace) -> int:
    from portal.services import reasons

    with app_context():
        if args.action == "list":
            _list(reasons.all_reasons())
        elif args.action == "retire":
            print(f"{reasons.retire_reason(args.code).name}: offered no more.")
        else:
            hall_id = hall_named(args.hall).id if args.hall else None
            added = reasons.add_reason(args.code, args.cause, args.name, args.name_en, hall_id=hall_id)
            print(f"{added.name}: offered at triage in {args.hall or 'every hall'}.")
    return 0


def _list(found: Sequence[SubReason]) -> None:
    from portal.services.places import all_halls

    halls = {hall.id: hall.code for hall in all_halls()}
    for reason in found:
        where = halls[reason.hall_id] if reason.hall_id is not None else "all"
        print(reason.cause, reason.code, where, reason.name, *(["(retired)"] if reason.retired_at else []))
