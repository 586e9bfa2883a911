from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "levante.directory"
    label = "directory"
    #: How these rows follow a merge of two enterprises: the profile is of the one that stays (when only one has it).
    enterprise_relations = {"directory.Profile.enterprise": "move"}
