"""What is stored: tables and questions about one row."""

from portal.models.calendars import CalendarDay, DeadlineProfile, LibraryCopy
from portal.models.cases import (
    NO_DATE,
    Attachment,
    Case,
    Claim,
    Complaint,
    ContactReveal,
    Message,
    Proposal,
    SolvedStory,
    SubReason,
)
from portal.models.journal import CaseTally, Event, OutboxMessage
from portal.models.orders import Deadline, FollowUp, WorkOrder
from portal.models.people import Grant, SignInTries, Staff, StaffSession
from portal.models.places import Counter, Department, Hall, Poster, ServiceItem
from portal.models.ratings import CaseDay, LabelDay, Rating, RatingDay

__all__ = [
    "NO_DATE",
    "Attachment",
    "CalendarDay",
    "Case",
    "CaseDay",
    "CaseTally",
    "Claim",
    "Complaint",
    "ContactReveal",
    "Counter",
    "Deadline",
    "DeadlineProfile",
    "Department",
    "Event",
    "FollowUp",
    "Grant",
    "Hall",
    "LabelDay",
    "LibraryCopy",
    "Message",
    "OutboxMessage",
    "Poster",
    "Proposal",
    "Rating",
    "RatingDay",
    "ServiceItem",
    "SignInTries",
    "SolvedStory",
    "Staff",
    "StaffSession",
    "SubReason",
    "WorkOrder",
]
