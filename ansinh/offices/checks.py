"""System checks: roles and permissions must fit together before anything starts."""

from collections.abc import Iterable, Mapping

from django.core.checks import CheckMessage, Error, register

from ansinh.core.permissions import DECLARED
from ansinh.offices import rules


@register
def roles_fit_permissions(**_: object) -> list[CheckMessage]:
    """Find permissions that a role names but no room declares, and declared ones that no role holds."""
    held = {name: role.permissions for name, role in rules.roles().items()}
    return list(misfits(held, DECLARED))


def misfits(held: Mapping[str, frozenset[str]], declared: Iterable[str]) -> Iterable[CheckMessage]:
    """Yield an error for each misfit between what roles hold and what rooms declare."""
    known = frozenset(declared)
    for role, names in held.items():
        for name in sorted(names - known):
            yield Error(
                f"Vai trò {role} có quyền {name} mà không phòng nào khai báo.",
                hint=f"Sửa {rules.FILE.name}, hoặc khai báo quyền trong permissions.py của phòng {name.split(':')[0]}.",
                id="offices.E001",
            )
    for name in sorted(known - frozenset[str]().union(*held.values())):
        yield Error(
            f"Quyền {name} không thuộc vai trò nào nên không ai dùng được.",
            hint=f"Thêm quyền này vào một vai trò trong {rules.FILE.name}, hoặc bỏ khai báo.",
            id="offices.E002",
        )
