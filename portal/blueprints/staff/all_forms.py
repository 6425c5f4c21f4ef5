"""Every form of the case page by its slot: the deeds of rules/deeds.py, the note, the reveal."""

from __future__ import annotations

from portal.blueprints.staff.ending_forms import AnswerForm, ConclusionForm, FollowUpForm, OnSpotForm, ReopeningForm
from portal.blueprints.staff.fields import StepForm
from portal.blueprints.staff.forms import (
    ClaimForm,
    ComplaintForm,
    ContactRightForm,
    DeclineProposalForm,
    DispatchForm,
    IdentificationForm,
    MessageForm,
    NoteForm,
    OrderForm,
    ProposalDecisionForm,
    QuestionForm,
    RecallForm,
    RegistrationForm,
    ReporterAnswerForm,
    RevealForm,
    ReviewForm,
    ReviewResultForm,
    StoryForm,
    TriageForm,
)

FORMS: dict[str, type[StepForm]] = {
    form.slot: form
    for form in (
        RegistrationForm,
        DeclineProposalForm,
        ProposalDecisionForm,
        TriageForm,
        DispatchForm,
        OrderForm,
        RecallForm,
        ConclusionForm,
        AnswerForm,
        OnSpotForm,
        QuestionForm,
        ReporterAnswerForm,
        ReviewForm,
        ReviewResultForm,
        MessageForm,
        NoteForm,
        FollowUpForm,
        ReopeningForm,
        ComplaintForm,
        IdentificationForm,
        RevealForm,
        ClaimForm,
        ContactRightForm,
        StoryForm,
    )
}
