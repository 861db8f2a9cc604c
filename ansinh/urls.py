"""All addresses of the house, room by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("ansinh.core.urls")),
    path("", include("ansinh.offices.urls")),
    path("xac-minh/", include("ansinh.identity.urls")),
    path("", include("ansinh.operations.urls")),
    path("", include("ansinh.programme.urls")),
]

handler400 = "ansinh.core.views.bad_request"
handler403 = "ansinh.core.views.forbidden"
handler404 = "ansinh.core.views.not_found"
handler429 = "ansinh.offices.views.too_many_requests"
handler500 = "ansinh.core.views.broken"
