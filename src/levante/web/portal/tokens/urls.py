from django.urls import path

from levante.web.portal.tokens import views

urlpatterns = [
    path("chiavi/", views.tokens, name="tokens"),
    path("chiavi/<int:pk>/revoca/", views.revoke, name="token_revoke"),
]
