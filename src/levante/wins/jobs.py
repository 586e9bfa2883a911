"""What the worker does for wins and follow-ups."""

from smtplib import SMTPRecipientsRefused

from django.db.models import F
from procrastinate.contrib.django import app

from levante.exchange.api import NoUsableAnswer
from levante.kernel.api import system
from levante.wins import states
from levante.wins.asking import lapse_wins
from levante.wins.following import make_follow_ups, remind_of_follow_ups
from levante.wins.forgetting import forget_customers
from levante.wins.models import CustomerLetter
from levante.wins.personal import forget_old_words
from levante.wins.returning import read_returns
from levante.wins.returns_folder import returns_mailbox
from levante.wins.writing import customer_letter_returned, customer_letter_sent, deliver

#: After this many failures of the mail server a letter is given up, and told as come back.
MAIL_TRIES = 5


@app.periodic(cron="35 4 * * *")
@app.task(name="wins.lapse", queueing_lock="wins.lapse")
def lapse_late_wins(timestamp: int) -> None:
    """Every night: wins whose customer did not confirm in time do not count; addresses of links that are over, and words
    of long ago, are erased."""
    lapse_wins(actor=system("wins.lapse"))
    forget_customers(actor=system("wins.lapse"))
    forget_old_words(actor=system("wins.lapse"))


@app.periodic(cron="45 4 * * *")
@app.task(name="wins.follow_up", queueing_lock="wins.follow_up")
def follow_up(timestamp: int) -> None:
    """Every night: enterprises that took part are asked what came of it; who does not answer is reminded once."""
    make_follow_ups(actor=system("wins.follow_up"))
    remind_of_follow_ups(actor=system("wins.follow_up"))


@app.periodic(cron="*/15 * * * *")
@app.task(name="wins.read_returns", queue="mail", queueing_lock="wins.read_returns")
def read_returned_letters(timestamp: int) -> None:
    """Every quarter of an hour, where there is a mailbox of what comes back; one that cannot be read fails the job, which says why."""
    mailbox = returns_mailbox()
    if mailbox is None:
        return
    found = read_returns(actor=system("wins.read_returns"), mailbox=mailbox)
    if found.problem:
        raise NoUsableAnswer(found.problem)


@app.task(name="wins.post_customer_letter", queue="mail", pass_context=False)
def post_customer_letter(letter_id: int) -> None:
    """Send a letter to a customer, unless it is not wanted any more; a server that is down is tried again with growing pauses."""
    rows = CustomerLetter.objects.select_related("ask__win__enterprise")
    letter = rows.filter(pk=letter_id, state=states.L_WAITING).first()
    if letter is None:
        return
    actor = system("wins.post_customer_letter")
    CustomerLetter.objects.filter(pk=letter.pk).update(tries=F("tries") + 1)
    try:
        deliver(letter)
    except SMTPRecipientsRefused as refusal:
        words = "; ".join(f"{code} {text.decode(errors='replace')}" for code, text in refusal.recipients.values())
        customer_letter_returned(actor=actor, message_id=letter.message_id, problem=words)
    except OSError as failure:
        if letter.tries + 1 >= MAIL_TRIES:
            customer_letter_returned(actor=actor, message_id=letter.message_id, problem=str(failure))
        else:
            pause = 30 * 4 ** (letter.tries + 1)
            post_customer_letter.configure(schedule_in={"seconds": pause}).defer(letter_id=letter.pk)
    else:
        customer_letter_sent(actor=actor, letter=letter)
