"""Addresses of verification."""

from django.urls import path

from ansinh.identity.views import cases, people, quality, runs, samples

urlpatterns = [
    path("", runs.overview, name="identity-overview"),
    path("dot/", runs.start, name="identity-start"),
    path("dot/dang-chay/", runs.progress, name="identity-progress"),
    path("dot/<int:key>/", runs.run, name="identity-run"),
    path("dot/<int:key>/tien-do/", runs.run_progress, name="identity-run-progress"),
    path("dot/<int:key>/dung/", runs.cancel, name="identity-cancel"),
    path("dot/<int:key>/bao-cao/", runs.report, name="identity-report"),
    path("cho-xet/", cases.queue, name="identity-queue"),
    path("cho-xet/tiep/", cases.following, name="identity-next"),
    path("cho-xet/<int:key>/", cases.case, name="identity-case"),
    path("cho-xet/<int:key>/quyet-dinh/", cases.decide, name="identity-decide"),
    path("cho-xet/<int:key>/hoan-tac/", cases.undo, name="identity-undo"),
    path("chat-luong/", quality.quality, name="identity-quality"),
    path("dot/<int:key>/mau/", samples.draw, name="identity-sample-draw"),
    path("mau/tiep/", samples.following, name="identity-sample-next"),
    path("mau/<int:key>/", samples.item, name="identity-sample-item"),
    path("mau/<int:key>/ket-luan/", samples.judge, name="identity-sample-judge"),
    path("mau/<int:key>/hoan-tac/", samples.undo, name="identity-sample-undo"),
    path("nguoi/", people.people, name="identity-people"),
    path("nguoi/tai-ve/", people.people_csv, name="identity-people-csv"),
]
