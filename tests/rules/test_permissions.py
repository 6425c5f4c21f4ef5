"""Who may do what, where, and who must not see a case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.permissions import (
    ROLE_PERMISSIONS,
    CaseScope,
    Grant,
    Permission,
    Viewer,
    are_separated,
    grants_with,
    is_conflicted,
    is_restricted,
    may,
    may_on_case,
    may_reveal_contact,
    may_somewhere,
)
from portal.rules.vocabulary import Cause, Role

HALL, OTHER_HALL = 1, 2
CITY, INSURANCE, INSURANCE_COUNTERS, LAND, OVERSIGHT_UNIT = 10, 20, 21, 30, 40
# The city stands above two bureaus; oversight is a tree of its own.
ANCESTORS = {INSURANCE: (CITY,), INSURANCE_COUNTERS: (INSURANCE, CITY), LAND: (CITY,), CITY: (), OVERSIGHT_UNIT: ()}

CLERK = Viewer(1, (Grant(Role.CLERK, HALL),))
TRIAGE = Viewer(2, (Grant(Role.TRIAGE, HALL),))
HANDLER = Viewer(3, (Grant(Role.HANDLER, HALL, INSURANCE),), frozenset({INSURANCE}))
FOLLOW_UP = Viewer(4, (Grant(Role.FOLLOW_UP, HALL),))
MANAGER = Viewer(5, (Grant(Role.MANAGER, HALL),))
SUPERVISOR = Viewer(6, (Grant(Role.OVERSIGHT, HALL),), frozenset({OVERSIGHT_UNIT}))
VIEWER = Viewer(7, (Grant(Role.VIEWER, HALL),))
ADMINISTRATOR = Viewer(8, (Grant(Role.ADMINISTRATOR),))
LAND_HANDLER = Viewer(9, (Grant(Role.HANDLER, HALL, LAND),), frozenset({LAND}))
EVERYONE = (CLERK, TRIAGE, HANDLER, FOLLOW_UP, MANAGER, SUPERVISOR, VIEWER, ADMINISTRATOR, LAND_HANDLER)

grants = st.builds(
    Grant,
    st.sampled_from(Role),
    st.sampled_from([None, HALL, OTHER_HALL]),
    st.sampled_from([None, *ANCESTORS]),
)
viewers = st.builds(
    Viewer,
    st.integers(1, 12),
    st.lists(grants, max_size=4).map(tuple),
    st.frozensets(st.sampled_from(sorted(ANCESTORS)), max_size=2),
)
units = st.frozensets(st.sampled_from(sorted(ANCESTORS)), max_size=3)
people = st.frozensets(st.integers(1, 12), max_size=3)
scopes = st.builds(CaseScope, st.sampled_from([HALL, OTHER_HALL]), units, st.booleans(), people, units, units, people)

CASE_VERBS = set(Permission) - {
    Permission.MANAGE_POSTERS,
    Permission.MANAGE_STAFF,
    Permission.SEE_SCORES,
}


def sees(viewer, case, ancestors):
    return may_on_case(viewer, Permission.READ_CASE, case, ancestors)


def test_every_role_has_a_row_and_every_permission_somebody():
    assert set(ROLE_PERMISSIONS) == set(Role)
    assert set().union(*ROLE_PERMISSIONS.values()) == set(Permission)


def test_the_administrator_and_the_viewer_do_nothing_to_a_case():
    assert not ROLE_PERMISSIONS[Role.ADMINISTRATOR] & CASE_VERBS
    assert ROLE_PERMISSIONS[Role.VIEWER] == {Permission.SEE_SCORES}


def test_no_role_that_proposes_at_the_front_confirms_there():
    assert Permission.PROPOSE_DECLINE in ROLE_PERMISSIONS[Role.CLERK]
    assert not ROLE_PERMISSIONS[Role.CLERK] & {Permission.CONFIRM_DECLINE, Permission.CONFIRM_CONCLUSION}
    assert Permission.CONFIRM_CONCLUSION not in ROLE_PERMISSIONS[Role.HANDLER]


@given(st.sampled_from(Permission), st.integers(), st.none() | st.integers())
def test_without_a_grant_nothing_is_allowed(permission, hall, department):
    assert not may(Viewer(1), permission, hall, department)
    assert not may_somewhere(Viewer(1), permission)


@given(viewers, st.sampled_from(Permission), st.sampled_from([HALL, OTHER_HALL]), st.sampled_from(sorted(ANCESTORS)))
def test_what_may_be_done_somewhere_is_carried_by_a_grant_there(viewer, permission, hall, department):
    allowed = may(viewer, permission, hall, department, department_ancestors=ANCESTORS)
    if allowed:
        assert may_somewhere(viewer, permission)
        assert any(g.hall_id in (None, hall) for g in grants_with(viewer, permission))


def test_a_grant_ends_at_its_hall_and_one_without_a_hall_holds_in_all():
    assert may(CLERK, Permission.REGISTER_CASE, HALL)
    assert not may(CLERK, Permission.REGISTER_CASE, OTHER_HALL)
    assert may(ADMINISTRATOR, Permission.MANAGE_STAFF, OTHER_HALL)


def test_a_department_s_grant_covers_it_and_the_units_below_but_not_above_nor_beside():
    def allowed(department):
        return may(HANDLER, Permission.ANSWER_ORDER, HALL, department, department_ancestors=ANCESTORS)

    assert allowed(INSURANCE)
    assert allowed(INSURANCE_COUNTERS)
    assert not allowed(CITY)
    assert not allowed(LAND)
    assert not allowed(None)


def test_a_handler_without_a_department_handles_nothing():
    stray = Viewer(3, (Grant(Role.HANDLER, HALL),))
    assert not may(stray, Permission.READ_CASE, HALL)
    assert not may_somewhere(stray, Permission.READ_CASE)


def test_an_ordinary_case_is_seen_in_its_hall_and_by_the_department_that_has_a_work_order():
    case = CaseScope(HALL, frozenset({INSURANCE_COUNTERS}))
    seen = [viewer.staff_id for viewer in EVERYONE if sees(viewer, case, ANCESTORS)]
    assert seen == [1, 2, 3, 4, 5, 6]
    assert not any(sees(viewer, CaseScope(OTHER_HALL), ANCESTORS) for viewer in EVERYONE)


def test_a_case_about_a_unit_is_seen_by_oversight_alone():
    case = CaseScope(HALL, frozenset({INSURANCE}), True, complained_department_ids=frozenset({INSURANCE_COUNTERS}))
    seen = [viewer.staff_id for viewer in EVERYONE if sees(viewer, case, ANCESTORS)]
    assert seen == [SUPERVISOR.staff_id]


def test_oversight_may_entrust_it_to_a_department_or_a_named_handler_outside_the_line():
    about = {"restricted": True, "complained_department_ids": frozenset({INSURANCE_COUNTERS})}
    to_land = CaseScope(HALL, frozenset({LAND}), entrusted_department_ids=frozenset({LAND}), **about)
    assert sees(LAND_HANDLER, to_land, ANCESTORS)
    assert not sees(LAND_HANDLER, CaseScope(HALL, frozenset({LAND}), **about), ANCESTORS)
    by_name = CaseScope(HALL, entrusted_staff_ids=frozenset({LAND_HANDLER.staff_id}), **about)
    assert may_on_case(LAND_HANDLER, Permission.ANSWER_ORDER, by_name, ANCESTORS)
    to_the_line = CaseScope(
        HALL, entrusted_department_ids=frozenset({INSURANCE}), entrusted_staff_ids=frozenset({3}), **about
    )
    assert not sees(HANDLER, to_the_line, ANCESTORS)


def test_oversight_that_is_complained_about_itself_does_not_see_it():
    about_person = CaseScope(HALL, restricted=True, complained_staff_ids=frozenset({SUPERVISOR.staff_id}))
    assert not sees(SUPERVISOR, about_person, ANCESTORS)
    about_unit = CaseScope(HALL, restricted=True, complained_department_ids=frozenset({OVERSIGHT_UNIT}))
    assert not sees(SUPERVISOR, about_unit, ANCESTORS)


@given(viewers, scopes, st.sampled_from(Permission))
def test_nobody_conflicted_may_do_anything_to_a_restricted_case(viewer, case, permission):
    conflicted = is_conflicted(viewer, case.complained_staff_ids, case.complained_department_ids, ANCESTORS)
    if case.restricted and conflicted:
        assert not may_on_case(viewer, permission, case, ANCESTORS)


@given(viewers, scopes, st.sampled_from(Permission))
def test_only_oversight_and_handlers_act_on_a_restricted_case(viewer, case, permission):
    if case.restricted and may_on_case(viewer, permission, case, ANCESTORS):
        assert {g.role for g in grants_with(viewer, permission)} & {Role.OVERSIGHT, Role.HANDLER}


@given(viewers, scopes, st.sampled_from(Permission))
def test_a_restriction_never_lets_more_people_in(viewer, case, permission):
    handlers = case.order_department_ids | case.entrusted_department_ids
    open_case = CaseScope(case.hall_id, handlers)
    named = viewer.staff_id in case.entrusted_staff_ids
    if case.restricted and not named and may_on_case(viewer, permission, case, ANCESTORS):
        assert may_on_case(viewer, permission, open_case, ANCESTORS)


@pytest.mark.parametrize(
    ("mine", "complained", "conflicted"),
    [
        (INSURANCE, INSURANCE, True),
        (INSURANCE_COUNTERS, INSURANCE, True),
        (CITY, INSURANCE_COUNTERS, True),
        (LAND, INSURANCE, False),
        (OVERSIGHT_UNIT, INSURANCE, False),
    ],
)
def test_the_line_is_the_unit_those_below_and_those_above_but_no_sister(mine, complained, conflicted):
    by_membership = Viewer(99, (), frozenset({mine}))
    by_grant = Viewer(99, (Grant(Role.HANDLER, HALL, mine),))
    for viewer in (by_membership, by_grant):
        assert is_conflicted(viewer, (), {complained}, ANCESTORS) is conflicted


def test_who_is_complained_about_by_name_is_conflicted():
    assert is_conflicted(CLERK, {CLERK.staff_id}, (), ANCESTORS)
    assert not is_conflicted(CLERK, {TRIAGE.staff_id}, (), ANCESTORS)


def test_a_complaint_or_the_cause_withheld_restricts_and_nothing_else():
    assert is_restricted(has_complaint=True, cause=None)
    assert is_restricted(has_complaint=False, cause=Cause.WITHHELD)
    assert not is_restricted(has_complaint=False, cause=Cause.HARD_TO_DO)


def test_a_handler_learns_who_reported_only_when_the_reporter_agreed():
    case = CaseScope(HALL, frozenset({INSURANCE}))
    assert not may_reveal_contact(HANDLER, case, ANCESTORS, may_tell_department=False)
    assert may_reveal_contact(HANDLER, case, ANCESTORS, may_tell_department=True)
    assert may_reveal_contact(CLERK, case, ANCESTORS, may_tell_department=False)
    assert not may_reveal_contact(MANAGER, case, ANCESTORS, may_tell_department=True)


@given(viewers, scopes, st.booleans())
def test_who_may_reveal_a_contact_may_see_the_case(viewer, case, told):
    if may_reveal_contact(viewer, case, ANCESTORS, may_tell_department=told):
        assert sees(viewer, case, ANCESTORS)


def test_an_oversight_grant_does_not_wash_off_a_handler_s_conflict():
    both = Viewer(11, (Grant(Role.OVERSIGHT, HALL), Grant(Role.HANDLER, HALL, INSURANCE)))
    case = CaseScope(HALL, restricted=True, complained_department_ids=frozenset({INSURANCE}))
    assert not may_reveal_contact(both, case, ANCESTORS, may_tell_department=False)


def test_running_the_system_and_reading_cases_are_separate():
    assert are_separated({Role.ADMINISTRATOR, Role.VIEWER})
    assert not are_separated({Role.ADMINISTRATOR, Role.CLERK})
    assert are_separated({Role.CLERK, Role.TRIAGE})
