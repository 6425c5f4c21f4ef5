"""The words of the field as codes: one enumeration per idea, the same codes in database, URL and export."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class CaseStatus(StrEnum):
    """Where a case stands. `waiting` and `supervised` are flags beside it, not states."""

    SUBMITTED = "submitted"
    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    CONCLUDED = "concluded"
    CLOSED = "closed"
    ARCHIVED = "archived"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class CaseKind(StrEnum):
    """What came through the door: 反映, 意见建议, 表扬."""

    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class Cause(StrEnum):
    """研判分类: 办不了, 很难办, 不给办."""

    NOT_PERMITTED = "not_permitted"
    HARD_TO_DO = "hard_to_do"
    WITHHELD = "withheld"


class Complexity(StrEnum):
    """复杂程度: it may choose a longer step of the deadline profile."""

    NORMAL = "normal"
    COMPLEX = "complex"
    ESPECIALLY_COMPLEX = "especially_complex"


class Outcome(StrEnum):
    """办理结果, chosen when a case is concluded."""

    SOLVED = "solved"
    PARTLY_SOLVED = "partly_solved"
    EXPLAINED = "explained"
    CONDITIONAL = "conditional"
    SPECIAL = "special"
    PLANNED = "planned"
    TRANSFERRED = "transferred"
    UNFOUNDED = "unfounded"
    WITHDRAWN = "withdrawn"


class OrderStatus(StrEnum):
    """Where a work order (工作单) stands."""

    ISSUED = "issued"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    RETURNED = "returned"
    RECALLED = "recalled"


class OrderRole(StrEnum):
    """主办 or 协办."""

    LEAD = "lead"
    ASSIST = "assist"


class WaitingReason(StrEnum):
    """Why the clock stands still; the reporter reads it in words."""

    NEEDS_INFORMATION = "needs_information"
    NEEDS_MATERIALS = "needs_materials"
    # Hearing, inspection, testing, appraisal and expert review do not count: Administrative Licensing Law 45.
    EXPERT_REVIEW = "expert_review"

    @property
    def asks_reporter(self) -> bool:
        """Whether the reporter can end it by an answer, and is reminded; a review they can only wait for."""
        return self is not WaitingReason.EXPERT_REVIEW


class Obstacle(StrEnum):
    """卡在哪儿, in the reporter's eyes; several may be chosen, or none."""

    REFUSED = "refused"
    MATERIALS_PIECEMEAL = "materials_piecemeal"
    SENT_ELSEWHERE = "sent_elsewhere"
    BEYOND_GUIDE = "beyond_guide"
    LONG_WAIT = "long_wait"
    SYSTEM_FAULT = "system_fault"
    OTHER = "other"


class Materials(StrEnum):
    """What became of the papers: 收下了, 退给我了, 没交."""

    ACCEPTED = "accepted"
    HANDED_BACK = "handed_back"
    NOT_HANDED_IN = "not_handed_in"


class Level(StrEnum):
    """好差评 levels, best first; the last two are bad ratings."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    FAIRLY_SATISFIED = "fairly_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def is_bad(self) -> bool:
        """差评: every one of these is verified and rectified."""
        return self in (Level.DISSATISFIED, Level.VERY_DISSATISFIED)


class Evidence(StrEnum):
    """What shows that the rater was there; kept apart, and only scoring.PUBLISHED makes the score."""

    VISIT = "visit"
    ON_SITE = "on_site"
    OPEN = "open"
    # The rating by a case's own reporter, given with the tracking code.
    CASE = "case"


class Channel(StrEnum):
    """How a case came in."""

    QR = "qr"
    ONLINE = "online"
    WINDOW = "window"
    PHONE = "phone"


class RatingChannel(IntEnum):
    """评价渠道 with the number of the national reporting interface; that number is what is stored."""

    PC = 1
    MOBILE = 2
    QR = 3
    HALL_TABLET = 4
    HALL_TERMINAL = 5
    PHONE = 6
    SMS = 7


class RatingSubject(StrEnum):
    """What a rating is about."""

    COUNTER = "counter"
    CASE = "case"


class BadRatingState(StrEnum):
    """差评办理, from new to closed."""

    NEW = "new"
    VERIFYING = "verifying"
    RECTIFYING = "rectifying"
    EXPLAINED = "explained"
    APPEALED = "appealed"
    RECTIFIED = "rectified"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"


class SetAsideReason(StrEnum):
    """Why a rating does not count."""

    BURST = "burst"
    INDUCED = "induced"
    NOT_A_VISITOR = "not_a_visitor"
    WRONG_PLACE = "wrong_place"


class Role(StrEnum):
    """What somebody is in the portal; one person may hold several."""

    CLERK = "clerk"
    TRIAGE = "triage"
    HANDLER = "handler"
    FOLLOW_UP = "follow_up"
    OVERSIGHT = "oversight"
    MANAGER = "manager"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"


class ProposalKind(StrEnum):
    """否定报备: what waits for a second person."""

    DECLINE = "decline"
    CONCLUDE_NOT_PERMITTED = "conclude_not_permitted"


class Closing(StrEnum):
    """How a case was closed; `not_confirmed` is counted apart and never as satisfied."""

    BY_REPORTER = "by_reporter"
    BY_FOLLOW_UP = "by_follow_up"
    NOT_CONFIRMED = "not_confirmed"


class Solved(StrEnum):
    """The reporter's own word on it."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class ContactRight(StrEnum):
    """What a reporter may ask about their own name and number (PIPL 15, 47)."""

    DELETE = "delete"
    STOP_TELLING = "stop_telling"


class FollowUpMethod(StrEnum):
    """回访方式."""

    PHONE = "phone"
    TRACK_PAGE = "track_page"
    IN_PERSON = "in_person"


class AuthorKind(StrEnum):
    """Who wrote a message or acted."""

    REPORTER = "reporter"
    STAFF = "staff"
    SYSTEM = "system"


class PosterPurpose(StrEnum):
    """Which doors a poster opens: all three choices, or straight to one of them."""

    LANDING = "landing"
    REPORT = "report"
    RATE = "rate"


class Door(StrEnum):
    """Where to go with what this window cannot take up: given with every decline and every transfer."""

    EMERGENCY = "emergency"
    COURT = "court"
    PETITION = "petition"
    ADMINISTRATIVE_REVIEW = "administrative_review"
    HOTLINE = "hotline"
    OTHER_HALL = "other_hall"
    OTHER_AUTHORITY = "other_authority"


class Stage(StrEnum):
    """The five plain stages a reporter sees: 已收到, 已受理, 部门办理中, 已答复, 已回访."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    IN_DEPARTMENT = "in_department"
    ANSWERED = "answered"
    FOLLOWED_UP = "followed_up"


class StageState(StrEnum):
    """How a stage is drawn. `skipped`: settled on the spot, or it will not come any more."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    SKIPPED = "skipped"


class Sideways(StrEnum):
    """What has to be said in words beside the five stages."""

    WAITING = "waiting"
    DECLINED = "declined"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
