"""Shapes of input of the programme."""

from django import forms


class DayForm(forms.Form):
    """The day a page is seen on: ``?ngay=2024-06-28``."""

    ngay = forms.DateField(required=False)


class ProductForm(forms.Form):
    """An issued document."""

    number = forms.CharField(label="Số, ký hiệu", max_length=60, help_text="Ví dụ: 3393/BC-BHXH")
    title = forms.CharField(label="Trích yếu", max_length=300)
    issued_date = forms.DateField(
        label="Ngày ban hành", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
