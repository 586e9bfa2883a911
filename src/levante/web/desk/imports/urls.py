from django.urls import path

from levante.web.desk.imports import views

urlpatterns = [
    path("importazioni/", views.imports, name="imports"),
    path("importazioni/<int:pk>/", views.run, name="import"),
    path("importazioni/<int:pk>/avanzamento/", views.progress, name="import_progress"),
    path("importazioni/<int:pk>/scarti/", views.rejects, name="import_rejects"),
    path("importazioni/<int:pk>/riprendi/", views.resume, name="import_resume"),
]
