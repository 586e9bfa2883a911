from django.urls import path

from levante.web.desk.filling import views

urlpatterns = [
    path("telefono/", views.fillings, name="fillings"),
    path("imprese/<int:pk>/telefono/", views.start, name="filling_start"),
    path("telefono/<int:application_id>/", views.filling, name="filling"),
    path("telefono/<int:application_id>/sezioni/<slug:section_id>/", views.section, name="filling_section"),
    path("telefono/<int:application_id>/documenti/<slug:field_id>/", views.attach, name="filling_attach"),
    path("telefono/<int:application_id>/documenti/<slug:field_id>/scegli/", views.earlier, name="filling_earlier"),
    path("telefono/<int:application_id>/documenti/<slug:field_id>/<int:file_id>/", views.file, name="filling_file"),
    path("telefono/<int:application_id>/presenza/", views.presence, name="filling_presence"),
    path("telefono/<int:application_id>/modifiche/", views.history, name="filling_history"),
    path("telefono/<int:application_id>/riepilogo/", views.summary, name="filling_summary"),
    path("telefono/<int:application_id>/fine/", views.end, name="filling_end"),
]
