from django.urls import path

from levante.web.site.account import views

urlpatterns = [
    path("utenza/", views.account, name="account"),
    path("utenza/dati/", views.my_data, name="account_data"),
    path("utenza/chiudi/", views.close, name="account_close"),
]
