from django.apps import AppConfig


class CompetencesConfig(AppConfig):
    name = "levante.competences"
    label = "competences"
    #: How these rows follow a merge of two enterprises: an assessment never changes.
    enterprise_relations = {"competences.ReadinessAssessment.enterprise": "keep"}
