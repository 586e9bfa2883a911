from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "levante.documents"
    label = "documents"
    #: How these rows follow a merge of two enterprises: the survivor opens what came in, and what we made, for either.
    enterprise_relations = {
        "documents.StoredFile.enterprise_id": "move",
        "documents.GeneratedDocument.enterprise_id": "move",
    }
