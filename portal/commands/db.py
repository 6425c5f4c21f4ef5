"""Bring the database up to date: portal db upgrade."""

from __future__ import annotations

import argparse

from portal.commands import app_context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["upgrade"], help="upgrade: create what is missing, run new migrations")


def run(args: argparse.Namespace) -> int:
    from portal.services.schema import upgrade

    with app_context():
        upgrade()
    return 0
