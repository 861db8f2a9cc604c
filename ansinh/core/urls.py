"""Addresses that belong to no room."""

from django.urls import path

from ansinh.core import views

urlpatterns = [
    path("", views.home, name="home"),
    path("suc-khoe/", views.health, name="health"),
]
