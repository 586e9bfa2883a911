from django.urls import path

from levante.web.portal.wins import views

urlpatterns = [
    path("affari/", views.wins, name="wins"),
    path("affari/nuovo/", views.new, name="win_new"),
    path("affari/<int:pk>/", views.win, name="win"),
    path("affari/<int:pk>/chiedi/", views.ask, name="win_ask"),
    path("affari/<int:pk>/scrivi/", views.send, name="win_send"),
    path("affari/<int:pk>/correggi/", views.correct, name="win_correct"),
    path("affari/<int:pk>/ritira/", views.withdraw, name="win_withdraw"),
    path("affari/<int:pk>/realizzato/", views.realised, name="win_realised"),
    path("affari/seguito/<int:pk>/", views.follow_up, name="follow_up"),
]
