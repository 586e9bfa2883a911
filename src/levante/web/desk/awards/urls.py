from django.urls import path

from levante.web.desk.awards import acting, antimafia, cups, one_act, views, visure

urlpatterns = [
    path("concessioni/<int:award_id>/storia/", one_act.story, name="award_story"),
    path("atti/", views.awards, name="awards"),
    path("atti/nuovo/", views.new, name="award_new"),
    path("atti/<int:act_id>/", one_act.award, name="award"),
    path("atti/<int:act_id>/avanzamento/", one_act.progress, name="award_progress"),
    path("atti/<int:act_id>/pdf/", one_act.paper, name="award_paper"),
    path("atti/<int:act_id>/documento/", one_act.document, name="award_document"),
    path("atti/<int:act_id>/antimafia/<int:award_id>/", antimafia.information, name="award_antimafia"),
    path("atti/<int:act_id>/durc/<int:award_id>/", antimafia.durc, name="award_durc"),
    path("atti/<int:act_id>/visure/<int:award_id>/", visure.written, name="award_visure"),
    path("atti/<int:act_id>/cup.xml", cups.taken, name="award_cup_file"),
    path("atti/<int:act_id>/cup/", cups.loaded, name="award_cup_answer"),
    path("atti/<int:act_id>/azioni/<slug:action>/", acting.act, name="award_act"),
]
