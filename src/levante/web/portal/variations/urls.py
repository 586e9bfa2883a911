from django.urls import path

from levante.web.portal.variations import views

urlpatterns = [
    path("concessioni/<int:award_id>/accettazione/", views.acceptance, name="acceptance"),
    path("variazioni/nuova/", views.begin, name="variation_new"),
    path("variazioni/<int:variation_id>/", views.variation, name="variation"),
    path("variazioni/<int:variation_id>/file/", views.new_file, name="variation_file_new"),
    path("variazioni/<int:variation_id>/file/<int:file_id>/togli/", views.drop_file, name="variation_file_drop"),
    path("variazioni/<int:variation_id>/azioni/<slug:action>/", views.act, name="variation_act"),
]
