from django.urls import path

from levante.web.desk.clickday import views

urlpatterns = [
    path("click-day/", views.days, name="click_days"),
    path("click-day/<int:opening_id>/", views.day, name="click_day"),
    path("click-day/<int:opening_id>/registro/", views.open_day, name="click_day_open"),
    path("click-day/<int:opening_id>/chiusura/", views.close, name="click_day_close"),
    path("click-day/<int:opening_id>/controllo/", views.check, name="click_day_check"),
    path("click-day/<int:opening_id>/prova/", views.rehearse, name="click_day_rehearse"),
    path("click-day/prove/<int:log_id>/esito/", views.judged, name="click_day_judged"),
    path("click-day/prove/<int:log_id>/cancella/", views.wipe, name="click_day_wipe"),
]
