"""Addresses of verification."""

from django.urls import path

from ansinh.identity.views import cases, identity_cases, notices, people, runs, verified_person

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
    path("nguoi/", people.people, name="identity-people"),
    path("nguoi/tai-ve/", people.people_csv, name="identity-people-csv"),
    path("nguoi/<int:key>/", verified_person.person, name="identity-person"),
    path("ho-so/", identity_cases.cases, name="identity-cases"),
    path("ho-so/mo/", identity_cases.open_many, name="identity-cases-open"),
    path("ho-so/mo/<int:key>/", identity_cases.open_one, name="identity-case-open"),
    path("ho-so/<int:key>/", identity_cases.show, name="identity-agency-case"),
    path("ho-so/<int:key>/ly-do/", identity_cases.change, name="identity-agency-case-change"),
    path("ho-so/<int:key>/hoi/", identity_cases.ask, name="identity-agency-case-ask"),
    path("ho-so/<int:key>/gui/", identity_cases.send, name="identity-agency-case-send"),
    path("ho-so/<int:key>/tiep-nhan/", identity_cases.settle, name="identity-agency-case-settle"),
    path("ho-so/<int:key>/tra-loi/", identity_cases.answer, name="identity-agency-case-answer"),
    path("ho-so/<int:key>/dieu-chinh/", identity_cases.correct, name="identity-agency-case-correct"),
    path("ho-so/<int:key>/buoc/", identity_cases.step, name="identity-agency-case-step"),
    path("ho-so/<int:key>/cong-van/", identity_cases.letter, name="identity-agency-case-letter"),
    path("thong-bao/", notices.notices, name="identity-notices"),
    path("thong-bao/soan/", notices.draft_many, name="identity-notices-draft"),
    path("thong-bao/soan/<int:key>/", notices.draft_one, name="identity-notice-draft"),
    path("thong-bao/gui/", notices.send_many, name="identity-notices-send"),
    path("thong-bao/in/", notices.stack, name="identity-notices-print"),
    path("thong-bao/<int:key>/", notices.letter, name="identity-notice"),
    path("thong-bao/<int:key>/buoc/", notices.step, name="identity-notice-step"),
    path("thong-bao/<int:key>/danh-sach.csv", notices.listed_csv, name="identity-notice-csv"),
]
