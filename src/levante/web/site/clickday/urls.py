from django.urls import path

from levante.web.site.clickday import recomputing, views

urlpatterns = [
    path("intake/<str:code>", views.lane, name="lane"),
    path("bandi/<slug:code>/click-day/<slug:opening>/", views.day, name="click_day"),
    path("bandi/<slug:code>/click-day/<slug:opening>/ordine.json", views.order, name="click_day_order"),
    path("bandi/<slug:code>/click-day/<slug:opening>/caso.json", views.case, name="click_day_case"),
    path("bandi/<slug:code>/click-day/<slug:opening>/ricalcola/", recomputing.recompute, name="click_day_recompute"),
]
