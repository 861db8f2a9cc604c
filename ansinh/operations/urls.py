"""Addresses of operations."""

from django.urls import path

from ansinh.operations import views

urlpatterns = [
    path("van-hanh/", views.queues, name="operations-queues"),
    path("van-hanh/<str:queue>/<int:pk>/chay-lai/", views.retry, name="operations-retry"),
]
