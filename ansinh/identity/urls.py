"""Addresses of verification."""

from django.urls import path

from ansinh.identity.views import board, cases, duplicates, people, police, runs, starts

urlpatterns = [
    path("", runs.overview, name="identity-overview"),
    path("bang/", board.board, name="identity-board"),
    path("cong-an/", police.police, name="identity-police"),
    path("cong-an/tai-ve/", police.download, name="identity-police-download"),
    path("cong-an/tra-loi/", police.upload, name="identity-police-upload"),
    path("cong-an/tra-loi/<int:key>/", police.answers, name="identity-police-answers"),
    path("cong-an/tra-loi/<int:key>/dong-bi-loai/", police.rejects, name="identity-police-rejects"),
    path("dot/", starts.start, name="identity-start"),
    path("dot/moi/", starts.new, name="identity-new"),
    path("dot/dang-chay/", runs.progress, name="identity-progress"),
    path("dot/<int:key>/", runs.run, name="identity-run"),
    path("dot/<int:key>/tien-do/", runs.run_progress, name="identity-run-progress"),
    path("dot/<int:key>/dung/", runs.cancel, name="identity-cancel"),
    path("dot/<int:key>/chay-tiep/", runs.resume, name="identity-resume"),
    path("dot/<int:key>/bao-cao/", runs.report, name="identity-report"),
    path("cho-xet/", cases.queue, name="identity-queue"),
    path("cho-xet/tiep/", cases.following, name="identity-next"),
    path("cho-xet/<int:key>/", cases.case, name="identity-case"),
    path("cho-xet/<int:key>/quyet-dinh/", cases.decide, name="identity-decide"),
    path("cho-xet/<int:key>/hoan-tac/", cases.undo, name="identity-undo"),
    path("trung/", duplicates.duplicates, name="identity-duplicates"),
    path("trung/<int:key>/", duplicates.pair, name="identity-pair"),
    path("trung/<int:key>/de-xuat/", duplicates.propose, name="identity-pair-propose"),
    path("trung/<int:key>/phe-duyet/", duplicates.approve, name="identity-pair-approve"),
    path("trung/<int:key>/tra-lai/", duplicates.send_back, name="identity-pair-return"),
    path("trung/<int:key>/rut-lai/", duplicates.withdraw, name="identity-pair-withdraw"),
    path("trung/<int:key>/khac-nguoi/", duplicates.refuse, name="identity-pair-refuse"),
    path("trung/<int:key>/xem-lai/", duplicates.reopen, name="identity-pair-reopen"),
    path("trung/<int:key>/tach-lai/", duplicates.propose_undo, name="identity-pair-undo"),
    path("trung/<int:key>/quyet-dinh/", duplicates.decision, name="identity-pair-decision"),
    path("nguoi/", people.people, name="identity-people"),
    path("nguoi/tai-ve/", people.people_csv, name="identity-people-csv"),
]
