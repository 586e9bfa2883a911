from django.urls import path

from levante.web.site.account import views

urlpatterns = [
    path("utenza/", views.account, name="account"),
    path("utenza/chiudi/", views.close, name="account_close"),
]
