"""Login and password, a new password, a one-time code."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired

from portal.services.errors import Refused

MISSING = _l("这里还没有写。")
DIFFERENT = _l("两次写的不一样，请再写一次。")


class AccountForm(FlaskForm):  # type: ignore[misc]
    """What the forms here share: a service's refusal goes to the field it names, or to the form."""

    class Meta:
        csrf = False

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal where it belongs."""
        for name in refusal.fields:
            field: Field = self[name]
            field.errors = [*field.errors, refusal.fields[name]]
        if not refusal.fields:
            self.form_errors.append(refusal.message)


class SignInForm(AccountForm):
    """Login, password, and where to go afterwards."""

    login = StringField(validators=[InputRequired(MISSING)])
    password = PasswordField(validators=[InputRequired(MISSING)])
    next = StringField()


class NewPasswordForm(AccountForm):
    """A new password, twice."""

    new = PasswordField(validators=[InputRequired(MISSING)])
    again = PasswordField(validators=[InputRequired(MISSING), EqualTo("new", DIFFERENT)])


class ChangePasswordForm(NewPasswordForm):
    """With the present one."""

    current = PasswordField(validators=[InputRequired(MISSING)])


class ResetForm(NewPasswordForm):
    """With the one-time code."""

    code = StringField(validators=[InputRequired(MISSING)])


def local_path(text: Any) -> str:
    """The address, if it is a plain path of ours; else nothing. Another site's would make us a trap for our own staff.

    Browsers read a backslash as a slash and drop tabs and line ends, so none may be in it.
    """
    plain = text if isinstance(text, str) else ""
    is_path = plain.startswith("/") and not plain.startswith("//") and "\\" not in plain and plain.isprintable()
    return plain if is_path and not plain.startswith("/account/sign-") else ""
