"""By what, since when, which hall, which department: in the address; what makes no sense is taken as not said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField, StringField

from portal.models import Hall
from portal.rules.workdays import local_day
from portal.services.errors import NotFound
from portal.services.score_counts import By
from portal.services.score_scope import MONTHS, USUAL_MONTHS, Period, Scope, months_until
from portal.services.scores import Sheet, counter_sheet, department_sheet, hall_sheet, week_sheet


class ScoresForm(FlaskForm):  # type: ignore[misc]
    """The question a page of scores answers."""

    class Meta:
        csrf = False

    by = StringField()
    months = StringField()
    hall = StringField()
    dep = SelectField(validate_choice=False)

    def choose_hall(self, halls: Sequence[Hall]) -> Hall:
        """The hall named, or the first when none is. Raises NotFound when it is not among them."""
        found = [hall for hall in halls if self.hall.data in (None, "", hall.code)]
        if not found:
            raise NotFound
        return found[0]

    def offer(self, scope: Scope) -> None:
        """The departments that can be chosen, by id."""
        self.dep.choices = [(str(department.id), department) for department in scope.departments]
        if self.dep.data not in [value for value, _department in self.dep.choices]:
            self.dep.data = ""

    def chosen_by(self, scope: Scope) -> By:
        """Departments unless said; the hall as a whole only for those who may see it."""
        said = By(self.by.data) if self.by.data in list(By) else By.DEPARTMENT
        return said if scope.is_whole or said is not By.HALL else By.DEPARTMENT

    def chosen_months(self) -> int:
        """One of MONTHS."""
        said = self.months.data or ""
        return int(said) if said in map(str, MONTHS) else USUAL_MONTHS

    def period(self, now: datetime) -> Period:
        """The months said, up to today (local)."""
        return months_until(local_day(now), self.chosen_months())

    def sheet(self, scope: Scope, halls: Sequence[Hall], now: datetime) -> Sheet:
        """The answer."""
        by, period = self.chosen_by(scope), self.period(now)
        department = int(self.dep.data) if self.dep.data else None
        if by is By.HALL:
            return hall_sheet(halls, period)
        if by is By.DEPARTMENT:
            return department_sheet(scope, period)
        return (counter_sheet if by is By.COUNTER else week_sheet)(scope, period, department)

    def query(self, scope: Scope, **more: Any) -> dict[str, Any]:
        """The address of this question with something else about it; the usual answers are left out."""
        said = {
            "by": self.chosen_by(scope).value,
            "months": self.chosen_months(),
            "hall": self.hall.data,
            "dep": self.dep.data,
        } | more
        if said["by"] not in (By.COUNTER, By.WEEK):
            said["dep"] = ""
        return {name: value for name, value in said.items() if value}
