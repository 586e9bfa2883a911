from django.urls import path

from levante.web.desk.aid import views

urlpatterns = [
    path("aiuti/", views.aid, name="aid"),
    path("aiuti/decisione/", views.decide, name="aid_decide"),
    path("aiuti/importazioni/", views.imports_page, name="aid_imports"),
    path("aiuti/importazioni/<int:run_id>/avanzamento/", views.import_progress, name="aid_import_progress"),
]
