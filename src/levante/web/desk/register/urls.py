from django.urls import path

from levante.web.desk.register import views

urlpatterns = [
    path("registro/", views.register, name="register"),
    path("registro/controlli/", views.audits, name="register_audits"),
    path("registro/controlli/nuovo/", views.start_audit, name="register_audit_new"),
    path("registro/controlli/<int:pk>/", views.audit, name="register_audit"),
    path("registro/controlli/<int:pk>/avanzamento/", views.audit_progress, name="register_audit_progress"),
    path("registro/log/<str:log>/", views.entries, name="register_log"),
    path("registro/log/<str:log>/teste/", views.heads, name="register_heads"),
    path("registro/log/<str:log>/<int:sequence>/", views.entry, name="register_entry"),
    path("registro/log/<str:log>/<int:sequence>/cancella/", views.erase_entry, name="register_entry_erase"),
]
