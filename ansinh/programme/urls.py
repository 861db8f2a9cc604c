"""Addresses of the programme."""

from django.urls import path

from ansinh.programme import views

urlpatterns = [
    path("dieu-hanh/", views.cockpit, name="programme-cockpit"),
    path("dieu-hanh/chi-tieu/<str:name>/", views.measure, name="programme-measure"),
    path("dieu-hanh/ke-hoach/<str:plan>/", views.plan_text, name="programme-plan"),
    path("dieu-hanh/ke-hoach/<str:plan>/<int:number>/", views.task, name="programme-task"),
    path("dieu-hanh/san-pham/<int:product>/rut/", views.withdraw, name="programme-withdraw"),
]
