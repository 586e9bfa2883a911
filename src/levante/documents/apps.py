from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "levante.documents"
    label = "documents"
    #: How these rows follow a merge of two enterprises: a file that came in never changes; what we made is the survivor's.
    enterprise_relations = {
        "documents.StoredFile.enterprise_id": "keep",
        "documents.GeneratedDocument.enterprise_id": "move",
    }
