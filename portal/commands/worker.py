"""Do what falls due without anybody acting: reminders, closings, removal of photos that nobody sent."""

from __future__ import annotations

import argparse
import logging

from portal.serving.supervisor import Life, Supervisor

log = logging.getLogger(__name__)

# Dates are days and a staged photo lives two hours: a minute late is on time.
PAUSE = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{__doc__} portal serve does this too; run it apart only beside portal serve --no-worker."


def run(_args: argparse.Namespace) -> int:
    return Supervisor([("worker", work)]).run(lambda: print("worker ready", flush=True))


def work(life: Life) -> None:
    """Sweep now and then every minute, until told to stop."""
    from portal import clock, create_app
    from portal.services import calendars, sweeps

    app = create_app()
    life.ready()
    followed = False
    while not life.stopping:
        try:
            with app.app_context():
                if not followed:
                    # A newer library may have been installed since the last `portal db upgrade`. Once: two machines
                    # with different libraries must not move dates to and fro every minute.
                    calendars.follow_library()
                    followed = True
                sweeps.run(clock.now())
        except Exception:
            # A database that was away for a moment must not end the sweeping; the next round does what was left.
            log.exception("a sweep did not work")
        life.wait(PAUSE)
