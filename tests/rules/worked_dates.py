"""Due dates worked out by hand from the official 2026 calendar, each with its counting.

Nothing here was taken from the program: weekdays follow from 1 January 2026 being a Thursday, and the days that differ
from plain weeks are those of the notice, written out below. Times are local. In `why`, "9=1" reads: the 9th is day 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.rules.days import DayEntry, notice_entry
from portal.rules.workdays import SHANGHAI

MAKEUP_2026 = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")
RESTS_2026 = (
    ("01-01", "01-03"),
    ("02-15", "02-23"),
    ("04-04", "04-06"),
    ("05-01", "05-05"),
    ("06-19", "06-21"),
    ("09-25", "09-27"),
    ("10-01", "10-07"),
)


def notice_2026() -> list[DayEntry]:
    """The notice for 2026 as it was published."""
    entries = [notice_entry(date.fromisoformat(f"2026-{day}"), True) for day in MAKEUP_2026]
    for first, last in RESTS_2026:
        day = date.fromisoformat(f"2026-{first}")
        while day <= date.fromisoformat(f"2026-{last}"):
            entries.append(notice_entry(day, False))
            day += timedelta(days=1)
    return entries


def local(text: str) -> datetime:
    """An instant from "2026-03-06 09:00", Shanghai time; a year left out is 2026."""
    return datetime.fromisoformat(text if text[4] == "-" else f"2026-{text}").replace(tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Row:
    """A start, a step, and the due date found by hand; None when the clock stands still."""

    profile: str
    step: str
    start: str
    due: str | None
    why: str
    cause: str | None = None
    complexity: str | None = None
    days: int | None = None
    pauses: tuple[tuple[str, str | None], ...] = ()
    hall: tuple[tuple[str, bool], ...] = ()
    admin: tuple[tuple[str, bool], ...] = ()
    estimated: bool = False

    def __str__(self) -> str:
        return f"{self.profile}-{self.step}-{self.start}-{self.why[:40]}"


STD, JOINT, CAUSE = "standard", "district_joint", "by_cause"

PLAIN_WEEKS = (
    # domain: starts Friday 09:00, or 23:00, or Saturday: day 1 is Monday, 3 working days end on Wednesday
    Row(STD, "reply", "03-06 09:00", "03-11 17:30", "Friday morning: Mon 9=1, Tue 10=2, Wed 11=3"),
    Row(STD, "reply", "03-06 23:00", "03-11 17:30", "Friday night changes nothing: 9=1, 10=2, 11=3"),
    Row(STD, "reply", "03-07 10:00", "03-11 17:30", "Saturday: Mon 9=1, 10=2, 11=3"),
    Row(STD, "reply", "03-08 23:59", "03-11 17:30", "Sunday, a minute before Monday: 9=1, 10=2, 11=3"),
    Row(STD, "reply", "03-09 00:00", "03-12 17:30", "Monday begins at midnight and does not count: 10=1, 11=2, 12=3"),
    Row(STD, "solve", "03-02 10:00", "03-09 17:30", "Mon: 3=1, 4=2, 5=3, 6=4, weekend, 9=5"),
    Row(STD, "solve", "03-02 10:00", "03-09 17:30", "standard knows no complexity: 5 days", complexity="complex"),
    Row(JOINT, "reply", "03-02 10:00", "03-09 17:30", "joint replies in 5: 3=1, 4=2, 5=3, 6=4, 9=5"),
    Row(JOINT, "solve", "03-02 10:00", "03-09 17:30", "joint, normal: 5 days", complexity="normal"),
    # 3=1 4=2 5=3 6=4 | 9=5 10=6 11=7 12=8 13=9 | 16=10
    Row(JOINT, "solve", "03-02 10:00", "03-16 17:30", "joint, complex: 10 days, Mon 16", complexity="complex"),
    Row(JOINT, "solve", "03-02 10:00", "03-05 17:30", "the district sets 3 days: 3=1, 4=2, 5=3", days=3),
    Row(CAUSE, "reply", "03-02 10:00", "03-05 17:30", "not permitted: 3=1, 4=2, 5=3", cause="not_permitted"),
    Row(STD, "acknowledge", "03-05 16:00", "03-06 17:30", "Thu: Fri 6=1"),
    Row(STD, "objection", "03-06 09:00", "03-09 17:30", "Fri: Mon 9=1"),
    Row(STD, "objection_decision", "03-09 17:00", "03-10 17:30", "Mon: Tue 10=1"),
)

SPRING_FESTIVAL = (
    # domain: starts Friday 13 February: Saturday 14 makes up and is day 1, 15 to 23 rest, day 2 is Tuesday 24
    Row(STD, "acknowledge", "02-13 15:00", "02-14 17:30", "Fri 13: Sat 14 makes up=1"),
    Row(STD, "solve", "02-13 10:00", "02-24 17:30", "2 days agreed: 14=1, 15-23 rest, Tue 24=2", days=2),
    Row(STD, "reply", "02-13 10:00", "02-25 17:30", "14=1, 24=2, Wed 25=3"),
    Row(STD, "solve", "02-13 10:00", "02-27 17:30", "14=1, 24=2, 25=3, 26=4, Fri 27=5"),
    Row(CAUSE, "solve", "02-13 10:00", "03-02 17:30", "14=1, 24=2, 25=3, 26=4, 27=5, Sat 28 makes up=6, Mon 2=7"),
    Row(STD, "solve", "02-14 09:30", "02-28 17:30", "starts on the make-up Saturday: 24=1, 25=2, 26=3, 27=4, Sat 28=5"),
    Row(STD, "solve", "02-15 09:30", "02-28 17:30", "starts on the first day of rest: the same as the day before"),
    Row(STD, "reply", "02-23 12:00", "02-26 17:30", "starts on the last day of rest: 24=1, 25=2, 26=3"),
    # 13=1 14=2 | 24=3 25=4 26=5 27=6 28=7 | Mar 2=8 3=9 4=10
    Row(JOINT, "solve", "02-12 11:00", "03-04 17:30", "Thu 12, complex 10: Wed 4 March", complexity="complex"),
    # 10=1 11=2 12=3 13=4 14=5 | 24=6 25=7 26=8 27=9 28=10 | Mar 2=11 3=12 4=13 5=14 6=15 | 9=16 10=17 11=18 12=19 13=20
    Row(CAUSE, "solve", "02-09 10:00", "03-13 17:30", "Mon 9, especially complex 20", complexity="especially_complex"),
    Row(STD, "dispatch", "02-13 09:00", "02-14 12:00", "the next working day is Sat 14"),
    Row(STD, "dispatch", "02-14 09:00", "02-24 12:00", "the next working day is Tue 24"),
)

OTHER_HOLIDAYS = (
    Row(STD, "solve", "2025-12-31 10:00", "01-08 17:30", "1-3 rest, Sun 4 makes up=1, 5=2, 6=3, 7=4, Thu 8=5"),
    Row(STD, "reply", "01-03 10:00", "01-06 17:30", "Sat 3 rests: Sun 4=1, 5=2, 6=3"),
    Row(STD, "rating_contact", "01-02 20:00", "01-04 17:30", "Fri 2 rests: Sun 4=1"),
    Row(STD, "solve", "04-02 10:00", "04-10 17:30", "Thu 2: 3=1, 4-6 rest, 7=2, 8=3, 9=4, 10=5"),
    Row(STD, "follow_up", "04-03 17:00", "04-07 17:30", "Fri 3: 4-6 rest, Tue 7=1"),
    Row(JOINT, "follow_up", "04-03 17:00", "04-09 17:30", "joint has 3: 7=1, 8=2, 9=3"),
    Row(STD, "solve", "04-29 10:00", "05-09 17:30", "Wed: 30=1, 1-5 rest, 6=2, 7=3, 8=4, Sat 9 makes up=5"),
    # 6=1 7=2 8=3 9=4 | 11=5 12=6 13=7
    Row(CAUSE, "solve", "04-30 10:00", "05-13 17:30", "hard 7: Wed 13 May", cause="hard_to_do"),
    # 6=1 7=2 8=3 9=4 | 11=5 12=6 13=7 14=8 15=9 | 18=10 19=11 20=12 21=13 22=14 | 25=15
    Row(JOINT, "rating_rectify", "04-30 10:00", "05-25 17:30", "15 days: Mon 25 May"),
    Row(STD, "rating_rectify", "05-08 10:00", "05-14 17:30", "Fri 8: Sat 9=1, 11=2, 12=3, 13=4, Thu 14=5"),
    Row(STD, "assist", "06-18 10:00", "06-24 17:30", "Thu 18: 19-21 rest, 22=1, 23=2, 24=3"),
    # 15=1 16=2 17=3 18=4 | 22=5 23=6 24=7 25=8 26=9 | 29=10
    Row(STD, "unconfirmed_close", "06-12 10:00", "06-29 17:30", "ten days of silence: Mon 29"),
    Row(STD, "supplement", "06-17 10:00", "06-25 17:30", "Wed: 18=1, 22=2, 23=3, 24=4, 25=5"),
    Row(STD, "supplement_reminder", "06-25 10:00", "07-02 17:30", "Thu: 26=1, 29=2, 30=3, Jul 1=4, 2=5"),
    Row(STD, "reply", "09-18 10:00", "09-22 17:30", "Fri: 19 rests, Sun 20 makes up=1, 21=2, 22=3"),
    Row(STD, "reply", "09-20 10:00", "09-23 17:30", "starts on the make-up Sunday: 21=1, 22=2, 23=3"),
)

OCTOBER_WEEK = (
    Row(STD, "solve", "10-08 14:06", "10-14 17:30", "Thu 8: 9=1, Sat 10 makes up=2, 11 rests, 12=3, 13=4, 14=5"),
    Row(STD, "solve", "09-30 16:30", "10-13 17:30", "1-7 rest, 8=1, 9=2, 10=3, 12=4, 13=5"),
    # 24=1 | 28=2 29=3 30=4 | Oct 8=5 9=6 10=7
    Row(CAUSE, "solve", "09-23 10:00", "10-10 17:30", "hard 7 ends on the make-up Saturday", cause="hard_to_do"),
    Row(CAUSE, "solve", "10-09 10:00", "10-13 17:30", "withheld 3: Sat 10=1, 12=2, 13=3", cause="withheld"),
    Row(
        CAUSE,
        "solve",
        "10-12 10:00",
        "10-15 17:30",
        "withheld goes first whatever its complexity: 13=1, 14=2, 15=3",
        cause="withheld",
        complexity="especially_complex",
    ),
    # 15=1 16=2 17=3 18=4 20=5 | 21=6 22=7 23=8 24=9 | 28=10 29=11 30=12
    # Oct 8=13 9=14 10=15 | 12=16 13=17 14=18 15=19 16=20
    Row(CAUSE, "solve", "09-14 10:00", "10-16 17:30", "20 days over two festivals", complexity="especially_complex"),
    Row(STD, "dispatch", "09-30 09:00", "10-08 12:00", "the next working day is Thu 8"),
)

CUTOFF = (
    Row(STD, "register", "03-10 15:59", "03-10 17:30", "Tue, a minute before the cutoff: the same day"),
    Row(STD, "register", "03-10 16:00", "03-11 12:00", "at the cutoff: the next day's noon"),
    Row(JOINT, "register", "03-10 06:00", "03-10 17:30", "before opening: that day"),
    Row(CAUSE, "register", "03-10 00:00", "03-10 17:30", "midnight belongs to Tuesday, though it is Monday in UTC"),
    Row(STD, "register", "03-09 23:59", "03-10 12:00", "after closing: the next day's noon"),
    Row(STD, "register", "03-06 16:00", "03-09 12:00", "Fri at the cutoff: Monday's noon"),
    Row(JOINT, "register", "03-07 10:00", "03-09 12:00", "a rest day: Monday's noon"),
    Row(STD, "register", "10-10 10:00", "10-10 17:30", "the make-up Saturday is a working day"),
    Row(STD, "register", "10-10 16:30", "10-12 12:00", "the make-up Saturday after the cutoff: Monday's noon"),
    Row(CAUSE, "register", "10-01 09:00", "10-08 12:00", "a festival: noon of Thu 8"),
    Row(STD, "dispatch", "03-06 09:00", "03-09 12:00", "Friday morning: Monday's noon"),
    Row(JOINT, "dispatch", "03-08 23:59", "03-09 12:00", "late on Sunday: Monday's noon"),
    Row(STD, "register", "03-10 14:00", "03-11 12:00", "asked at 15, answered at 20: its end was covered",
        pauses=(("03-10 15:00", "03-10 20:00"),)),
)  # fmt: skip

# 2027 has no notice yet. Spring Festival's first day is Saturday 6 February; 1 January 2027 is a Friday.
UNANNOUNCED = (
    Row(STD, "solve", "12-30 10:00", "2027-01-07 17:30",
        "31=1, Fri 1 and the weekend rest, 4=2, 5=3, 6=4, 7=5", estimated=True),
    # Fri 5 eve, Sat 6, Sun 7, Mon 8 statutory; 9 and 10 for Sat and Sun | 11=1 12=2 | 15=3 16=4 17=5
    Row(STD, "solve", "2027-02-04 10:00", "2027-02-17 17:30",
        "5-10 rest, 11=1, 12=2, 15=3, 16=4, 17=5", estimated=True),
    Row(STD, "assist", "2027-04-02 10:00", "2027-04-08 17:30", "Fri: Mon 5 rests, 6=1, 7=2, 8=3", estimated=True),
    Row(STD, "reply", "2027-04-30 10:00", "2027-05-07 17:30",
        "1-2 weekend, 3-4 given for them, 5=1, 6=2, 7=3", estimated=True),
    Row(STD, "register", "2027-06-09 10:00", "2027-06-10 12:00",
        "Dragon Boat on Wed 9: Thursday's noon", estimated=True),
    # Fri 1 to Sun 3 statutory; 4 and 5 for Sat and Sun | 6=1 7=2 8=3 | 11=4 12=5 13=6 14=7
    Row(CAUSE, "solve", "2027-09-30 10:00", "2027-10-14 17:30",
        "1-5 rest, 6=1, 7=2, 8=3, 11=4, ... 14=7", estimated=True),
    Row(STD, "reply", "12-25 10:00", "12-30 17:30", "Fri: 28=1, 29=2, 30=3, all in 2026 and certain"),
)  # fmt: skip

OWN_DAYS = (
    Row(STD, "solve", "05-25 10:00", "06-02 17:30", "a local festival on Wed 27: 26=1, 28=2, 29=3, Jun 1=4, 2=5",
        hall=(("05-27", False),)),
    Row(STD, "reply", "03-12 10:00", "03-16 17:30",
        "the hall opens on Sat 14: 13=1, 14=2, 16=3", hall=(("03-14", True),)),
    Row(STD, "solve", "10-08 14:06", "10-15 17:30",
        "the hall rests on the make-up Saturday: 9=1, 12=2, 13=3, 14=4, 15=5",
        hall=(("10-10", False),)),
    Row(STD, "dispatch", "09-30 09:00", "10-07 12:00", "the hall opens on the last day of the festival",
        hall=(("10-07", True),)),
    Row(STD, "reply", "03-06 10:00", "03-12 17:30",
        "an administrator closes Mon 9: 10=1, 11=2, 12=3", admin=(("03-09", False),)),
    Row(STD, "reply", "03-06 10:00", "03-11 17:30", "the hall is open on Mon 9 all the same: 9=1, 10=2, 11=3",
        admin=(("03-09", False),), hall=(("03-09", True),)),
    Row(STD, "register", "03-14 10:00", "03-14 17:30", "a Saturday on which the hall is open", hall=(("03-14", True),)),
    Row(STD, "reply", "2027-01-29 10:00", "2027-02-02 17:30",
        "the hall opens on Sat 30 of a year without notice: 30=1, 1=2, 2=3",
        hall=(("2027-01-30", True),), estimated=True),
)  # fmt: skip

# Five days from Monday 2 March without a pause: 3=1, 4=2, 5=3, 6=4, Monday 9=5.
PAUSES = (
    Row(STD, "solve", "03-02 10:00", "03-09 17:30", "asked and answered on Wed 4: costs nothing",
        pauses=(("03-04 10:00", "03-04 16:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-11 17:30", "Wed 4 to Fri 6: 3=1, 4=2, 5 and 6 out, 9=3, 10=4, 11=5",
        pauses=(("03-04 10:00", "03-06 15:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-09 17:30", "Fri evening to Sun: no working day lies in it",
        pauses=(("03-06 17:00", "03-08 20:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-10 17:30",
        "Sat 7 to Mon 9: 6=4, 9 out, 10=5", pauses=(("03-07 10:00", "03-09 09:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-11 17:30", "two pauses: 3=1, 4 out, 5=2, 6 out, 9=3, 10=4, 11=5",
        pauses=(("03-03 10:00", "03-04 10:00"), ("03-05 09:00", "03-06 12:00"))),
    Row(STD, "solve", "03-02 10:00", "03-11 17:30", "two that overlap cost their days once: 5 and 6",
        pauses=(("03-04 10:00", "03-06 15:00"), ("03-05 10:00", "03-06 09:00"))),
    Row(STD, "solve", "03-02 10:00", "03-11 17:30",
        "asked on the day it starts, answered Wed 4: 3, 4 out, 5=1, 6=2, 9=3, 10=4, 11=5",
        pauses=(("03-02 15:00", "03-04 09:00"),)),
    Row(STD, "reply", "02-12 10:00", "02-26 17:30", "Fri 13 to Tue 24: 13=1, 14 and 24 out, 25=2, 26=3",
        pauses=(("02-13 10:00", "02-24 10:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-12 17:30", "asked on the last day, answered Wed 11: its end stood still, 12=5",
        pauses=(("03-09 11:00", "03-11 09:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-09 17:30", "asked and answered on the last day before closing: costs nothing",
        pauses=(("03-09 11:00", "03-09 15:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-10 17:30",
        "asked at 17:00 of the last day, answered at 20:00: never overdue at once",
        pauses=(("03-09 17:00", "03-09 20:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-09 17:30", "asked after the date had passed: too late to move it",
        pauses=(("03-09 18:00", "03-12 10:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-11 17:30", "asked as the hall closed on the last day: 10 out, 11=5",
        pauses=(("03-09 17:30", "03-10 09:00"),)),
    Row(STD, "solve", "03-02 10:00", "03-10 17:30", "answered as the hall closed on the last day: 10=5",
        pauses=(("03-09 11:00", "03-09 17:30"),)),
    Row(STD, "solve", "03-02 10:00", None, "not answered yet", pauses=(("03-04 10:00", None),)),
    Row(STD, "solve", "03-02 10:00", "03-09 17:30",
        "still unanswered, but asked too late", pauses=(("03-09 18:00", None),)),
)  # fmt: skip

ROWS = (
    *PLAIN_WEEKS,
    *SPRING_FESTIVAL,
    *OTHER_HOLIDAYS,
    *OCTOBER_WEEK,
    *CUTOFF,
    *UNANNOUNCED,
    *OWN_DAYS,
    *PAUSES,
)
