"""Shapes of input: signing in, one's own password and second factor, accounts and roles."""

from datetime import date
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, PasswordVerificationMixin, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator

from ansinh.core.permissions import Actor
from ansinh.core.text import is_person_name, nfc
from ansinh.offices import permissions
from ansinh.offices.models import Area, Unit
from ansinh.offices.rules import roles

COUNTRY = "VN"
LENGTH_RULE = "Ít nhất 12 ký tự, không chỉ toàn số, không giống họ tên hay tên đăng nhập."


def _name(form: forms.Form, labels: dict[str, str]) -> None:
    """Label fields in Vietnamese; a placeholder would only repeat the label."""
    for field, label in labels.items():
        form.fields[field].label = label
        form.fields[field].widget.attrs.pop("placeholder", None)
        form.fields[field].help_text = ""


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Sign-in (đăng nhập) with name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields."""
        super().__init__(*args, **kwargs)
        _name(self, {"login": "Tên đăng nhập", "password": "Mật khẩu"})
        self.fields["login"].widget.attrs |= {"autofocus": True, "autocapitalize": "none", "spellcheck": "false"}


class ConfirmPasswordForm(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Password once more, before something that guards the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field."""
        super().__init__(*args, **kwargs)
        _name(self, {"password": "Mật khẩu"})


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Own password (đổi mật khẩu)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields."""
        super().__init__(*args, **kwargs)
        _name(
            self,
            {"oldpassword": "Mật khẩu hiện tại", "password1": "Mật khẩu mới", "password2": "Nhập lại mật khẩu mới"},
        )
        self.fields["password1"].help_text = LENGTH_RULE

    def clean(self) -> dict[str, Any]:
        """Compare the two entries, in place of allauth's English."""
        cleaned: dict[str, Any] = super(PasswordVerificationMixin, self).clean()
        if {"password1", "password2"} <= cleaned.keys() and cleaned["password1"] != cleaned["password2"]:
            self.add_error("password2", "Hai lần nhập mật khẩu mới chưa giống nhau.")
        return cleaned


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Code of the second factor, while signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field."""
        super().__init__(*args, **kwargs)
        _name_code(self)


class ConfirmCodeForm(ReauthenticateCodeForm):  # type: ignore[misc]  # allauth ships no types
    """Code once more, before something that guards the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field."""
        super().__init__(*args, **kwargs)
        _name_code(self)


def _name_code(form: forms.Form) -> None:
    _name(form, {"code": "Mã xác thực"})
    form.fields["code"].help_text = "6 số đang hiện trong ứng dụng xác thực, hoặc một mã dự phòng."
    form.fields["code"].widget.attrs |= {"autofocus": True, "spellcheck": "false"}


class AppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """Authenticator app (ứng dụng xác thực), proved by its first code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field."""
        super().__init__(*args, **kwargs)
        _name(self, {"code": "Mã 6 số đang hiện trong ứng dụng"})
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": "6"}


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Security key (khoá bảo mật) of one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields."""
        super().__init__(*args, **kwargs)
        _name(self, {"name": "Tên khoá", "passwordless": "Đăng nhập bằng khoá này mà không cần mật khẩu"})
        self.fields["passwordless"].help_text = "Khoá sẽ hỏi vân tay, khuôn mặt hoặc mã PIN của thiết bị."


class KeyNameForm(EditWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Name of a security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the field."""
        super().__init__(*args, **kwargs)
        _name(self, {"name": "Tên khoá"})


class DayForm(forms.Form):
    """A day to look at (ngày xem)."""

    ngay = forms.DateField(
        label="Xem tại ngày",
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Ngày chưa đúng. Hãy nhập dạng 28/06/2024."},
    )


class AccountForm(forms.Form):
    """A new account (mở tài khoản)."""

    full_name = forms.CharField(label="Họ và tên", max_length=100)
    username = forms.CharField(
        label="Tên đăng nhập",
        max_length=150,
        validators=[UnicodeUsernameValidator(message="Chỉ dùng chữ, số và các dấu @ . + - _")],
        widget=forms.TextInput({"autocapitalize": "none", "spellcheck": "false"}),
        help_text="Riêng của một người, không dùng chung.",
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label="Đơn vị", required=False, empty_label="Chưa gắn đơn vị")

    def __init__(self, *args: Any, actor: Actor, day: date, **kwargs: Any) -> None:
        """Offer the units of the day within the actor's areas."""
        super().__init__(*args, **kwargs)
        areas = actor.areas_for(permissions.MANAGE_ACCOUNTS)
        units = Unit.objects.on(day).order_by("kind", "name")
        field = self.fields["unit"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = units if areas is None else units.filter(area__in=areas)
            field.required = areas is not None

    def clean_full_name(self) -> str:
        """Take a name written as names are."""
        name = nfc(self.cleaned_data["full_name"])
        if not is_person_name(name):
            raise forms.ValidationError("Họ tên chỉ gồm chữ cái. Hãy kiểm tra số, ký hiệu hoặc lỗi phông chữ.")
        return name


class GrantForm(forms.Form):
    """A role to give (giao vai trò); nothing is chosen beforehand: the whole country is never given by mistake."""

    role = forms.ChoiceField(label="Vai trò")
    area = forms.CharField(label="Địa bàn", widget=forms.Select)

    def __init__(self, *args: Any, actor: Actor, day: date, **kwargs: Any) -> None:
        """Offer roles and the actor's provinces of the day; the act itself refuses any other area as not found."""
        super().__init__(*args, **kwargs)
        areas = actor.areas_for(permissions.MANAGE_ACCOUNTS)
        held = [(role.name, role.label) for role in roles().values() if areas is None or not role.countrywide]
        if isinstance(field := self.fields["role"], forms.ChoiceField):
            field.choices = [("", "Chọn vai trò"), *held]
        self.provinces = {
            str(area.pk): area for area in Area.objects.on(day).filter(level=Area.Level.PROVINCE).order_by("code")
        }
        offered = [(key, area.name) for key, area in self.provinces.items() if areas is None or area.pk in areas]
        whole = [(COUNTRY, "Toàn quốc")] if areas is None else []
        self.fields["area"].widget = forms.Select(choices=[("", "Chọn địa bàn"), *whole, *offered])

    def clean_area(self) -> Area | None:
        """Return the province chosen; nothing for the whole country."""
        chosen: str = self.cleaned_data["area"]
        if chosen != COUNTRY and chosen not in self.provinces:
            raise forms.ValidationError("Địa bàn này không có trong danh mục của ngày hôm nay.")
        return self.provinces.get(chosen)
