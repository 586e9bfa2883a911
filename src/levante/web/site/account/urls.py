from django.urls import path

from levante.web.site.account import invitations, views

urlpatterns = [
    path("utenza/", views.account, name="account"),
    path("utenza/chiudi/", views.close, name="account_close"),
    path("inviti/<str:token>/", invitations.invitation, name="invitation"),
    path("inviti/<str:token>/accetta/", invitations.accept, name="invitation_accept"),
]
