from django.urls import path

from levante.web.desk.applications import (
    actions,
    bulk,
    deadlines,
    declaring,
    file,
    listing,
    loads,
    ranking_acts,
    rankings,
)

urlpatterns = [
    path("pratiche/", listing.applications, name="applications"),
    path("pratiche/<int:application_id>/", file.application, name="application"),
    path("pratiche/<int:application_id>/azioni/<slug:action>/", actions.act, name="application_act"),
    path("pratiche/<int:application_id>/pista/", file.trail, name="application_trail"),
    path("pratiche/<int:application_id>/documenti/<int:file_id>/", file.download, name="application_file"),
    path("pratiche/dichiarazioni/", declaring.declare, name="declare"),
    path("pratiche/insieme/", bulk.bulk_new, name="bulk_new"),
    path("pratiche/insieme/<int:run_id>/", bulk.bulk, name="bulk"),
    path("pratiche/insieme/<int:run_id>/avanzamento/", bulk.bulk_progress, name="bulk_progress"),
    path("pratiche/insieme/<int:run_id>/<slug:verb>/", bulk.bulk_act, name="bulk_act"),
    path("scadenze/", deadlines.deadlines, name="deadlines"),
    path("carichi/", loads.loads, name="loads"),
    path("carichi/assenze/<int:absence_id>/fine/", loads.absence_end, name="absence_end"),
    path("carichi/regole/<int:opening_id>/", loads.rule, name="assignment_rule"),
    path("graduatorie/", rankings.rankings, name="rankings"),
    path("graduatorie/<int:ranking_id>/", rankings.ranking, name="ranking"),
    path("graduatorie/calcola/<int:opening_id>/", rankings.compute, name="ranking_compute"),
    path("graduatorie/calcoli/<int:order_id>/", rankings.order, name="ranking_order"),
    path("graduatorie/<int:ranking_id>/scorri/", rankings.scroll, name="ranking_scroll"),
    path("graduatorie/<int:ranking_id>/atto/", ranking_acts.document, name="ranking_act"),
    path("graduatorie/<int:ranking_id>/atto/scrivi/", ranking_acts.write, name="ranking_act_write"),
    path("graduatorie/<int:ranking_id>/pubblica/", rankings.publish, name="ranking_publish"),
]
