from django.urls import path

from levante.web.desk.wins import following, report, views

urlpatterns = [
    path("affari/", views.wins, name="wins"),
    path("affari/seguiti/", following.follow_ups, name="follow_ups"),
    path("affari/<int:pk>/", views.win, name="win"),
    path("affari/<int:pk>/chiedi/", views.ask, name="win_ask"),
    path("affari/<int:pk>/scrivi/", views.send, name="win_send"),
    path("affari/<int:pk>/correggi/", views.correct, name="win_correct"),
    path("affari/<int:pk>/ritira/", views.withdraw, name="win_withdraw"),
    path("affari/<int:pk>/quote/", views.shares, name="win_shares"),
    path("affari/<int:pk>/realizzato/", views.realised, name="win_realised"),
    path("iniziative/<slug:code>/risultati/", report.results, name="initiative_results"),
    path("iniziative/<slug:code>/risultati.pdf", report.paper, name="initiative_results_paper"),
]
