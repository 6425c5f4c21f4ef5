"""Add the people who work here, or give one of them a new one-time code: portal staff add, reset, list."""

from __future__ import annotations

import argparse

from portal.commands import Failed, app_context, hall_named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from portal.rules.vocabulary import Role

    actions = parser.add_subparsers(dest="action", required=True)
    add = actions.add_parser("add", help="add somebody; prints the address where they choose a password, once")
    add.add_argument("login")
    add.add_argument("name")
    add.add_argument("--name-en", default="", help="the name on English pages")
    add.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
    add.add_argument("--hall", default="", help="the hall's code; without it the roles hold in every hall")
    add.add_argument("--department", default="", help="the department's code in that hall; a handler needs one")
    reset = actions.add_parser("reset", help="a one-time code for somebody who forgot their password")
    reset.add_argument("login")
    actions.add_parser("list", help="login, name and roles of everybody, one a line")


def run(args: argparse.Namespace) -> int:
    with app_context():
        if args.action == "list":
            return _list()
        code = _add(args) if args.action == "add" else _reset(args)
        _tell(code)
    return 0


def _add(args: argparse.Namespace) -> str:
    from portal.rules.permissions import Grant
    from portal.rules.vocabulary import Role
    from portal.services.staffing import add_staff

    hall_id, department_id = _where(args)
    grants = [Grant(Role(role), hall_id, department_id if role == Role.HANDLER else None) for role in args.role]
    return add_staff(args.login, args.name, name_en=args.name_en, grants=grants, department_id=department_id).code


def _reset(args: argparse.Namespace) -> str:
    from portal.services.staffing import issue_reset_at_console

    return issue_reset_at_console(args.login)


def _list() -> int:
    from portal.services.staffing import all_staff

    for person, grants in all_staff():
        print(person.login, person.name, ",".join(grant.role.value for grant in grants) or "-")
    return 0


def _where(args: argparse.Namespace) -> tuple[int | None, int | None]:
    from portal.services.staffing import department_by_code

    hall = hall_named(args.hall) if args.hall else None
    if not args.department:
        return (hall.id if hall else None), None
    department = department_by_code(hall.id, args.department) if hall else None
    if hall is None or department is None:
        raise Failed(f"there is no department {args.department!r} in hall {args.hall!r} (--hall names the hall)")
    return hall.id, department.id


def _tell(code: str) -> None:
    from portal.rules.passwords import format_reset_code
    from portal.services.installation import installation

    address = f"{installation().settings.public_url}/account/reset"
    # After # it reaches no server and no log; whoever has no script types it into the page.
    print(f"{address}#{format_reset_code(code)}")
    print(f"one-time code {format_reset_code(code)}, 24 hours, at {address}")
