"""The verbs of the portal, and which role may do which of them."""

from __future__ import annotations

from enum import StrEnum

from portal.rules.vocabulary import Role


class Permission(StrEnum):
    """Verbs of the portal; a view asks for one of them."""

    READ_CASE = "read_case"
    REGISTER_CASE = "register_case"
    ENTER_CASE = "enter_case"
    ISSUE_CLAIM = "issue_claim"
    PROPOSE_DECLINE = "propose_decline"
    CONFIRM_DECLINE = "confirm_decline"
    TRIAGE_CASE = "triage_case"
    DISPATCH_CASE = "dispatch_case"
    RECALL_ORDER = "recall_order"
    ACKNOWLEDGE_ORDER = "acknowledge_order"
    ANSWER_ORDER = "answer_order"
    ASK_REPORTER = "ask_reporter"
    CONCLUDE_CASE = "conclude_case"
    CONFIRM_CONCLUSION = "confirm_conclusion"
    FOLLOW_UP = "follow_up"
    DECIDE_REDO = "decide_redo"
    REVEAL_CONTACT = "reveal_contact"
    REMOVE_CONTACT = "remove_contact"
    RECORD_COMPLAINT = "record_complaint"
    OVERSEE = "oversee"
    PUBLISH_SOLVED = "publish_solved"
    MANAGE_POSTERS = "manage_posters"
    MANAGE_STAFF = "manage_staff"
    SEE_SCORES = "see_scores"


_P = Permission
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CLERK: frozenset(
        {
            _P.READ_CASE,
            _P.REGISTER_CASE,
            _P.ENTER_CASE,
            _P.ISSUE_CLAIM,
            _P.PROPOSE_DECLINE,
            _P.ASK_REPORTER,
            _P.CONCLUDE_CASE,
            _P.REVEAL_CONTACT,
            _P.REMOVE_CONTACT,
            _P.RECORD_COMPLAINT,
        }
    ),
    Role.TRIAGE: frozenset(
        {
            _P.READ_CASE,
            _P.REGISTER_CASE,
            _P.PROPOSE_DECLINE,
            _P.CONFIRM_DECLINE,
            _P.TRIAGE_CASE,
            _P.DISPATCH_CASE,
            _P.RECALL_ORDER,
            _P.ASK_REPORTER,
            _P.CONCLUDE_CASE,
            _P.CONFIRM_CONCLUSION,
            _P.DECIDE_REDO,
            _P.REVEAL_CONTACT,
            _P.REMOVE_CONTACT,
            _P.RECORD_COMPLAINT,
        }
    ),
    Role.HANDLER: frozenset(
        {
            _P.READ_CASE,
            _P.ACKNOWLEDGE_ORDER,
            _P.ANSWER_ORDER,
            _P.ASK_REPORTER,
            _P.CONCLUDE_CASE,
            _P.REVEAL_CONTACT,
        }
    ),
    Role.FOLLOW_UP: frozenset(
        {
            _P.READ_CASE,
            _P.FOLLOW_UP,
            _P.REVEAL_CONTACT,
            _P.REMOVE_CONTACT,
            _P.RECORD_COMPLAINT,
            _P.ISSUE_CLAIM,
        }
    ),
    # Alone with the cases about people and units, so it can take every step that is not the department's own.
    Role.OVERSIGHT: frozenset(
        {
            _P.READ_CASE,
            _P.REGISTER_CASE,
            _P.ISSUE_CLAIM,
            _P.PROPOSE_DECLINE,
            _P.CONFIRM_DECLINE,
            _P.TRIAGE_CASE,
            _P.DISPATCH_CASE,
            _P.RECALL_ORDER,
            _P.ASK_REPORTER,
            _P.CONCLUDE_CASE,
            _P.CONFIRM_CONCLUSION,
            _P.FOLLOW_UP,
            _P.DECIDE_REDO,
            _P.REVEAL_CONTACT,
            _P.REMOVE_CONTACT,
            _P.RECORD_COMPLAINT,
            _P.OVERSEE,
            _P.SEE_SCORES,
        }
    ),
    Role.MANAGER: frozenset(
        {
            _P.READ_CASE,
            _P.CONFIRM_DECLINE,
            _P.CONFIRM_CONCLUSION,
            _P.PUBLISH_SOLVED,
            _P.MANAGE_POSTERS,
            _P.MANAGE_STAFF,
            _P.SEE_SCORES,
        }
    ),
    Role.VIEWER: frozenset({_P.SEE_SCORES}),
    # Runs the system and cannot read cases: separated administrator duties.
    Role.ADMINISTRATOR: frozenset({_P.MANAGE_STAFF}),
}
