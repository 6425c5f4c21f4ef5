"""List the posters in use: number, slug and full address, one line each."""

from __future__ import annotations

import argparse

from portal.commands import app_context


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--list", action="store_true", required=True, help="number, slug and address of every poster")


def run(args: argparse.Namespace) -> int:
    from portal.services.poster_sheets import poster_url
    from portal.services.poster_shelf import living_posters

    with app_context():
        for poster in living_posters():
            print(poster.number, poster.slug, poster_url(poster))
    return 0
