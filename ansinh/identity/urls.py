"""Addresses of verification."""

from django.urls import path

from ansinh.identity import views

urlpatterns = [
    path("", views.overview, name="identity-overview"),
    path("dot/", views.start, name="identity-start"),
    path("dot/dang-chay/", views.progress, name="identity-progress"),
    path("dot/<int:key>/", views.run, name="identity-run"),
    path("dot/<int:key>/tien-do/", views.run_progress, name="identity-run-progress"),
    path("dot/<int:key>/dung/", views.cancel, name="identity-cancel"),
    path("dot/<int:key>/bao-cao/", views.report, name="identity-report"),
    path("cho-xet/", views.queue, name="identity-queue"),
    path("cho-xet/tiep/", views.following, name="identity-next"),
    path("cho-xet/<int:key>/", views.case, name="identity-case"),
    path("cho-xet/<int:key>/quyet-dinh/", views.decide, name="identity-decide"),
    path("cho-xet/<int:key>/hoan-tac/", views.undo, name="identity-undo"),
    path("nguoi/", views.people, name="identity-people"),
    path("nguoi/tai-ve/", views.people_csv, name="identity-people-csv"),
]
