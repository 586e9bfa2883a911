"""The worker's part: the PDFs of documents that take long."""

from procrastinate.contrib.django import app


@app.task(name="documents.make_document", queue="documents")
def make_document(document_id: int) -> None:
    """Print one. Run again, or twice at once, there is one PDF."""
    from levante.documents.ordering import make

    make(document_id)


@app.periodic(cron="* * * * *")
@app.task(name="documents.sweep", queue="documents", queueing_lock="documents.sweep")
def sweep(timestamp: int) -> None:
    """Every minute: documents whose worker died, or whose job was lost with it."""
    from levante.documents.ordering import take_up

    take_up()
