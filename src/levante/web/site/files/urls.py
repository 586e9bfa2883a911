from django.urls import path

from levante.web.site.files import views

urlpatterns = [
    path("documenti/<int:file_id>/", views.download, name="file"),
]
