from django.urls import path

from levante.web.desk.cases import views

urlpatterns = [
    path("richieste/", views.cases, name="cases"),
    path("richieste/nuova/", views.new, name="case_new"),
    path("richieste/<int:pk>/", views.case, name="case"),
    path("richieste/<int:pk>/passo/<slug:name>/", views.step, name="case_step"),
]
