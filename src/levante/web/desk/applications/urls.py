from django.urls import path

from levante.web.desk.applications import actions, deadlines, file, listing, loads, rankings

urlpatterns = [
    path("pratiche/", listing.applications, name="applications"),
    path("pratiche/<int:application_id>/", file.application, name="application"),
    path("pratiche/<int:application_id>/azioni/<slug:action>/", actions.act, name="application_act"),
    path("pratiche/<int:application_id>/documenti/<int:file_id>/", file.download, name="application_file"),
    path("scadenze/", deadlines.deadlines, name="deadlines"),
    path("carichi/", loads.loads, name="loads"),
    path("carichi/assenze/<int:absence_id>/fine/", loads.absence_end, name="absence_end"),
    path("carichi/regole/<int:opening_id>/", loads.rule, name="assignment_rule"),
    path("graduatorie/", rankings.rankings, name="rankings"),
    path("graduatorie/<int:ranking_id>/", rankings.ranking, name="ranking"),
    path("graduatorie/calcola/<int:opening_id>/", rankings.compute, name="ranking_compute"),
    path("graduatorie/<int:ranking_id>/pubblica/", rankings.publish, name="ranking_publish"),
]
