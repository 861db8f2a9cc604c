"""All addresses of the house, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("ansinh.core.urls")),
    path("", include("ansinh.operations.urls")),
    path("", include("ansinh.programme.urls")),
    path("tai-khoan/", include("allauth.urls")),
]

handler400 = "ansinh.core.views.bad_request"
handler403 = "ansinh.core.views.forbidden"
handler404 = "ansinh.core.views.not_found"
handler500 = "ansinh.core.views.broken"
