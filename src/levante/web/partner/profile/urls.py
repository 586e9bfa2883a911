from django.urls import path

from levante.web.partner.profile import buying, views

urlpatterns = [
    path("profilo/", views.profile, name="profile"),
    path("profilo/acquisti/", buying.buying, name="buying"),
    path("profilo/correggi/", views.correct, name="profile_correct"),
    path("profilo/correzioni/<int:pk>/ritira/", views.withdraw, name="profile_withdraw"),
]
