"""The processes of a served demonstration, besides the database."""

import json
import random
import socket
import sys

from levante.embedded import var_folder

Command = tuple[list[str], dict[str, str]]

#: The account of the treasury that the demonstration pays from: of no bank that exists.
PAYS_FROM = "IT60X0542811101000000123456"
#: The agency that pays what it manages from an account of its own, and takes in what it recovers.
PAYERS = {
    "puglia-sviluppo": {
        "name": "Agenzia (dimostrazione)",
        "iban": "IT58D0542811101000000999999",
        "pagopa": {"creditor": "00000000001", "segregation": "98"},
    }
}


def companions(*, web: int, workers: int, lane: int) -> list[Command]:
    """Commands with the environment each needs, in the order they start; the web server last, on the socket ``web``.

    ``lane`` is the port of the click day's lane, which the web server passes on as a proxy would.
    """
    from levante.demo.letters import fates, mailboxes_at
    from levante.demo.load import demo_folder

    here = sys.executable
    acts, protocol, stamps, rna, cup = (free_port() for _ in range(5))
    smtp, pop3, bank, pagopa = (free_port() for _ in range(4))
    folder = var_folder()
    pec = {
        "LEVANTE_PEC": json.dumps(mailboxes_at(smtp=smtp, pop3=pop3)),
        "LEVANTE_PEC_TRUST": str(folder / "pec" / "provider.pem"),
    }
    collects = {
        "LEVANTE_PAGOPA_URL": f"http://127.0.0.1:{pagopa}",
        "LEVANTE_PAGOPA": json.dumps(
            {"creditor": "00000000000", "name": "Regione (dimostrazione)", "segregation": "99"}
        ),
        "LEVANTE_PAYERS": json.dumps(PAYERS),
    }
    reach = {
        **pec,
        "LEVANTE_ACTS_URL": f"http://127.0.0.1:{acts}",
        "LEVANTE_PROTOCOL_URL": f"http://127.0.0.1:{protocol}",
        "LEVANTE_BANK_URL": f"http://127.0.0.1:{bank}",
        **collects,
        "LEVANTE_TSA_URL": f"http://127.0.0.1:{stamps}",
        "LEVANTE_TSA_ROOTS": str(folder / "tsa" / "root.pem"),
    }
    accounts = {
        "LEVANTE_RNA": json.dumps([{"address": f"http://127.0.0.1:{rna}/rnas", "user": "levante", "password": "demo"}]),
        "LEVANTE_CUP": json.dumps([{"address": f"http://127.0.0.1:{cup}/cup", "user": "levante", "password": "demo"}]),
    }
    payer = {"LEVANTE_PAYER": json.dumps({"name": "Regione (dimostrazione)", "iban": PAYS_FROM})}
    state = str(folder / "act-system.json")
    numbers = str(folder / "protocol-system.json")
    return [
        # The body's protocol system, simulated, and a time-stamp authority for trials: both over real sockets.
        ([here, "-m", "levante.exchange.simulators.protocol", "--port", str(protocol), "--state", numbers], {}),
        # The RNA, simulated: what it holds is registered there by this demonstration.
        (
            [
                *(here, "-m", "levante.exchange.simulators.rna", "--port", str(rna), "--user", "levante"),
                *("--password", "demo", "--state", str(folder / "rna-system.json"), "--behaviour", '{"pending": 1}'),
            ],
            {},
        ),
        # The CUP system, simulated: a code is its own at the first question.
        (
            [
                *(here, "-m", "levante.exchange.simulators.cup", "--port", str(cup), "--user", "levante"),
                *("--password", "demo", "--state", str(folder / "cup-system.json")),
            ],
            {},
        ),
        # The bank of the treasury, simulated: it thinks once about an order before it says what it makes of it.
        (
            [
                *(here, "-m", "levante.exchange.simulators.bank", "--port", str(bank)),
                *("--state", str(folder / "bank.json"), "--pending", "1"),
            ],
            {},
        ),
        # A partner of pagoPA, simulated: what somebody pays there comes back as a receipt (POST /pay with the notice).
        (
            [
                *(here, "-m", "levante.exchange.simulators.pagopa", "--port", str(pagopa)),
                *("--state", str(folder / "pagopa.json")),
            ],
            {},
        ),
        # The lane of a click day: one front is enough for who tries it.
        ([here, "-m", "levante.cli", "intake", "serve", "--port", str(lane)], {}),
        # The provider of certified mail, simulated: what was sent while the demonstration was loaded is in its mailboxes.
        (
            [
                *(here, "-m", "levante.exchange.simulators.pec", "--smtp", str(smtp), "--pop3", str(pop3)),
                *("--state", str(folder / "pec"), "--behaviour", json.dumps({"addresses": fates(demo_folder())})),
            ],
            {},
        ),
        ([here, "-m", "levante.cli", "register", "tsa", "--port", str(stamps)], {}),
        # The Region's system of acts, simulated: it takes a question or two before an act is signed and numbered.
        (
            [here, "-m", "levante.exchange.simulators.acts", "--port", str(acts), "--state", state, "--pending", "1"],
            {},
        ),
        ([here, "-m", "levante.cli", "manage", "procrastinate", "worker", "--concurrency", "2"], {**reach, **accounts}),
        (
            [
                *(here, "-m", "gunicorn", "levante.wsgi", "--bind", f"fd://{web}"),
                *("--workers", str(workers), "--threads", "4", "--timeout", "120", "--graceful-timeout", "10"),
                *("--access-logfile", "/dev/null", "--log-level", "warning"),
            ],
            {**pec, **accounts, **payer, **collects, "LEVANTE_INTAKE_URL": f"http://127.0.0.1:{lane}"},
        ),
    ]


#: Below the ports that systems give by themselves to who asks for any (from 32,768 on Linux, 49,152 elsewhere): between our choice and
#: the moment when a process listens, no connection takes one of these.
PORTS = range(20_000, 32_000)


def free_port() -> int:
    """A port of this machine that nobody listens on now, and that nobody is given by chance before it is used."""
    for port in random.SystemRandom().sample(PORTS, 200):
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise OSError("no free port between 20,000 and 32,000")
