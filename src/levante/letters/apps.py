from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "levante.letters"
    label = "letters"
    #: How these rows follow a merge of two enterprises: the survivor reads the letters; to whom they were written stays in them.
    enterprise_relations = {"letters.Letter.enterprise": "move"}

    def ready(self) -> None:
        from levante.exchange.api import asked_by, on_answer, on_receipt

        asked_by("pec", "levante.letters.sending:ask")
        on_answer("pec", "letter", "levante.letters.sending:submitted")
        on_answer("protocol", "letter", "levante.letters.sending:protocol_answered")
        on_receipt("levante.letters.receipts:take")
