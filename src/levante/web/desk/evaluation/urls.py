from django.urls import path

from levante.web.desk.evaluation import actions, comparison, declarations, one_file, sessions, views

urlpatterns = [
    path("valutazioni/", views.evaluations, name="evaluations"),
    path("valutazioni/<int:evaluation_id>/", views.evaluation, name="evaluation"),
    path("valutazioni/<int:evaluation_id>/dichiarazioni/", declarations.declare, name="evaluation_declare"),
    path("valutazioni/<int:evaluation_id>/domande/<slug:code>/", one_file.file, name="evaluation_file"),
    path(
        "valutazioni/<int:evaluation_id>/domande/<slug:code>/documenti/<int:place>/",
        one_file.document,
        name="evaluation_document",
    ),
    path("valutazioni/<int:evaluation_id>/azioni/<slug:action>/", actions.act, name="evaluation_act"),
    path("valutazioni/<int:evaluation_id>/commissione/", actions.committee, name="evaluation_committee"),
    path("valutazioni/commissioni/<int:opening_id>/", actions.appoint, name="committee_appoint"),
    path("valutazioni/<int:evaluation_id>/confronto/", comparison.comparison, name="evaluation_comparison"),
    path("valutazioni/<int:evaluation_id>/sedute/", sessions.sessions, name="evaluation_sessions"),
    path("valutazioni/<int:evaluation_id>/sedute/<int:number>/", sessions.session, name="evaluation_session"),
    path(
        "valutazioni/<int:evaluation_id>/sedute/<int:number>/azioni/<slug:action>/",
        sessions.session_act,
        name="evaluation_session_act",
    ),
    path(
        "valutazioni/<int:evaluation_id>/sedute/<int:number>/domande/<slug:code>/",
        sessions.decide,
        name="evaluation_decide",
    ),
    path(
        "valutazioni/<int:evaluation_id>/sedute/<int:number>/verbale/<slug:kind>/",
        sessions.minutes,
        name="evaluation_minutes",
    ),
]
