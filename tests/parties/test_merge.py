"""Merging two files: field by field, refusing what it does not know, once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from tests.conftest import vat_number

from levante.documents.api import StoredFile
from levante.kernel.api import Refused, now, system
from levante.kernel.models import AuditEntry
from levante.parties.api import (
    Account,
    Enterprise,
    Mandate,
    Merge,
    OwnershipLink,
    merge_enterprises,
    merge_preview,
    move_legal_seat,
    record_account,
    record_ownership,
    size_of,
)
from levante.parties.services import merge as merging

Maker = Callable[..., Any]
SYSTEM = system("test")


@pytest.fixture
def two(enterprise: Maker) -> tuple[Enterprise, Enterprise]:
    return enterprise("Cantieri", vat_number(1), pec="a@pec.it"), enterprise(
        "CANTIERI SRL", vat_number(2), pec="b@pec.it"
    )


@contextmanager
def a_new_room(**fields: models.Field) -> Iterator[None]:
    """A model that points to enterprises and that nobody told the merge about."""
    meta = type("Meta", (), {"app_label": "parties", "managed": True})
    attributes: dict[str, Any] = {"__module__": __name__, "Meta": meta, **fields}
    model = type("Stranger", (models.Model,), attributes)
    try:
        yield
    finally:
        del apps.all_models["parties"][model._meta.model_name]
        apps.clear_cache()


def test_every_relation_of_this_project_is_spoken_for() -> None:
    assert merging.unknown_relations() == []


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_relation_has_words_for_who_merges(language: str) -> None:
    from django.utils.translation import override

    from levante.web.desk.enterprises.present import relation_label

    with override(language):
        words = {label: relation_label(label) for label in merging.known_relations()}
    assert [label for label, said in words.items() if said == label] == []


def test_an_unknown_relation_is_refused_by_name(two: tuple[Enterprise, Enterprise]) -> None:
    survivor, absorbed = two
    with a_new_room(firm=models.ForeignKey("parties.Enterprise", models.PROTECT, related_name="+")):
        assert merging.unknown_relations() == ["parties.Stranger.firm"]
        with pytest.raises(Refused, match=r"parties\.Stranger\.firm"):
            merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="same")
    absorbed.refresh_from_db()
    assert absorbed.status == "active"


def test_an_unknown_many_to_many_and_an_unknown_number_are_refused_too() -> None:
    with a_new_room(firms=models.ManyToManyField("parties.Enterprise", related_name="+")):
        assert any("Stranger" in label for label in merging.unknown_relations())
    apps.all_models["parties"].pop("stranger_firms", None)
    apps.clear_cache()
    with a_new_room(enterprise_id=models.BigIntegerField()):
        assert merging.unknown_relations() == ["parties.Stranger.enterprise_id"]
    assert merging.unknown_relations() == []


def test_fields_are_chosen_and_the_other_becomes_a_tombstone(two: tuple[Enterprise, Enterprise]) -> None:
    survivor, absorbed = two
    preview = merge_preview(survivor, absorbed)
    assert {row["name"] for row in preview["fields"]} == {"name", "pec"}
    merge = merge_enterprises(
        actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={"pec": "absorbed"}, reason="same"
    )
    survivor.refresh_from_db()
    absorbed.refresh_from_db()
    assert (survivor.name, survivor.pec) == ("Cantieri", "b@pec.it")
    assert (absorbed.status, absorbed.merged_into, absorbed.tax_code) == ("merged", survivor, vat_number(2))
    assert merge.before["survivor"]["pec"] == "a@pec.it"
    entry = AuditEntry.objects.get(verb="parties.merge_enterprises")
    assert entry.data["chosen"] == {"pec": "absorbed"}
    with pytest.raises(Refused):
        merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="again")


def test_rows_follow_and_doubles_are_made_one(
    two: tuple[Enterprise, Enterprise], enterprise: Maker, representative: Maker, comune: Maker
) -> None:
    survivor, absorbed = two
    third = enterprise("Third", vat_number(3))
    for one, turnover in ((survivor, 100), (absorbed, 200)):
        record_account(actor=SYSTEM, enterprise=one, year=2024, headcount=Decimal(1), turnover=turnover, balance=1)
        move_legal_seat(actor=SYSTEM, enterprise=one, comune=comune("Bari"), address="via A")
    record_account(actor=SYSTEM, enterprise=absorbed, year=2023, headcount=Decimal(1), turnover=50, balance=1)
    user = representative(survivor)
    Mandate.objects.create(
        user=user,
        enterprise=absorbed,
        kind="legal_representative",
        state="confirmed",
        since=date(2024, 1, 1),
        requested_at="2024-01-01T00:00:00Z",
        decided_at="2024-01-01T00:00:00Z",
    )
    record_ownership(actor=SYSTEM, owned=absorbed, kind="participation", holder_enterprise=third, capital=60)
    record_ownership(actor=SYSTEM, owned=absorbed, kind="participation", holder_enterprise=survivor, capital=40)
    merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="same")
    assert list(survivor.accounts.order_by("year").values_list("year", "turnover")) == [(2023, 50), (2024, 100)]
    assert Account.objects.filter(enterprise=absorbed).count() == 1
    assert sorted(survivor.seats.values_list("kind", flat=True)) == ["legal", "operating"]
    assert Mandate.objects.filter(enterprise=survivor, state="confirmed").count() == 1
    link = OwnershipLink.objects.get()
    assert (link.owned, link.holder_enterprise) == (survivor, third)


def test_a_hold_told_by_both_files_is_one(two: tuple[Enterprise, Enterprise], enterprise: Maker) -> None:
    """30 per cent written twice is not 60: the size does not change by a merge."""
    survivor, absorbed = two
    holder, held = enterprise("Third", vat_number(3)), enterprise("Held", vat_number(4))
    for one, staff in ((survivor, 20), (holder, 400), (held, 300)):
        for year in (2023, 2024, 2025):
            money = Decimal(staff * 100_000)
            record_account(actor=SYSTEM, enterprise=one, year=year, headcount=staff, turnover=money, balance=money)
    common = {"actor": SYSTEM, "kind": "participation"}
    record_ownership(owned=survivor, holder_enterprise=holder, capital=30, since=date(2024, 1, 1), **common)
    record_ownership(owned=absorbed, holder_enterprise=holder, capital=30, since=date(2020, 1, 1), **common)
    record_ownership(owned=held, holder_enterprise=survivor, capital=Decimal("25.5"), **common)
    record_ownership(owned=held, holder_enterprise=absorbed, capital=Decimal("25.5"), **common)
    record_ownership(owned=absorbed, holder_enterprise=survivor, capital=10, **common)
    preview = {row["relation"]: row for row in merge_preview(survivor, absorbed)["rows"]}
    owned, holds = preview["parties.OwnershipLink.owned"], preview["parties.OwnershipLink.holder_enterprise"]
    assert (owned["count"], owned["between"], owned["told_twice"]) == (2, 1, 1)
    assert (holds["count"], holds["between"], holds["told_twice"]) == (1, 0, 1)
    merge = merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="same")
    periods = survivor.holders.order_by("since").values_list("capital", "since", "until")
    assert list(periods) == [(30, date(2020, 1, 1), date(2023, 12, 31)), (30, date(2024, 1, 1), None)]
    assert held.holders.get().capital == Decimal("25.5")
    group = size_of(survivor, on=date(2026, 6, 1))["aggregated"]
    assert {line["id"]: Decimal(line["share"]) for line in group if line["id"] == holder.tax_code} == {
        holder.tax_code: Decimal(30)
    }
    assert sorted(row["why"] for row in merge.before["holds"]) == ["mutual", "told twice", "told twice"]


def test_the_preview_says_what_the_merge_then_does(
    two: tuple[Enterprise, Enterprise], representative: Maker, comune: Maker
) -> None:
    survivor, absorbed = two
    for one in two:
        record_account(actor=SYSTEM, enterprise=one, year=2024, headcount=Decimal(1), turnover=10, balance=1)
        move_legal_seat(actor=SYSTEM, enterprise=one, comune=comune("Bari"), address="via A")
    record_account(actor=SYSTEM, enterprise=absorbed, year=2023, headcount=Decimal(1), turnover=50, balance=1)
    user = representative(survivor)
    first = Mandate.objects.get()
    Mandate.objects.create(
        user=user, enterprise=absorbed, kind=first.kind, state="confirmed", since=first.since,
        requested_at=first.requested_at, decided_at=first.decided_at,
    )  # fmt: skip
    rows = {row["relation"]: row for row in merge_preview(survivor, absorbed)["rows"]}
    accounts, mandates = rows["parties.Account.enterprise"], rows["parties.Mandate.enterprise"]
    assert (accounts["count"], accounts["stay"]) == (2, 1)
    assert (mandates["count"], mandates["revoked"]) == (1, 1)
    assert rows["parties.Seat.enterprise"]["become_operating"] == 1
    done = merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="same")
    assert done.moved["parties.Account.enterprise"] == accounts["count"] - accounts["stay"]
    assert Mandate.objects.filter(state="revoked").count() == mandates["revoked"]


def test_the_survivor_opens_what_came_in_for_the_other(
    two: tuple[Enterprise, Enterprise], representative: Maker, actor_for: Maker
) -> None:
    """And nothing else of a file received can change, in any way."""
    survivor, absorbed = two
    file = StoredFile.objects.create(
        sha256="a" * 64,
        size=1,
        kind="pdf",
        content_type="application/pdf",
        name="statuto.pdf",
        purpose="application",
        enterprise_id=absorbed.pk,
        uploaded_at=now(),
    )
    acts = actor_for(representative(survivor), enterprise=survivor)
    assert not StoredFile.objects.visible_to(acts).exists()
    preview = merge_preview(survivor, absorbed)
    assert {row["relation"]: row["count"] for row in preview["rows"]} == {"documents.StoredFile.enterprise_id": 1}
    done = merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="same")
    assert StoredFile.objects.visible_to(acts).get() == file
    assert done.moved == {"documents.StoredFile.enterprise_id": 1}
    for change in ({"name": "other.pdf"}, {"sha256": "b" * 64}, {"uploaded_at": now(), "enterprise_id": absorbed.pk}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            StoredFile.objects.filter(pk=file.pk).update(**change)


def test_who_may_not_and_what_cannot_be(two: tuple[Enterprise, Enterprise], actor_for: Maker, officer: Maker) -> None:
    survivor, absorbed = two
    with pytest.raises(Refused):
        merge_enterprises(
            actor=actor_for(officer("front_desk")), survivor=survivor, absorbed=absorbed, chosen={}, reason="x"
        )
    for wrong in ({"tax_code": "absorbed"}, {"pec": "neither"}):
        with pytest.raises(Refused):
            merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen=wrong, reason="x")
    with pytest.raises(Refused):
        merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=survivor, chosen={}, reason="x")
    with pytest.raises(Refused):
        merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason=" ")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_merges_at_once_cannot_cross() -> None:
    """A into B and B into A at the same moment: one is done, the other refused, nobody waits for ever. Slow because real
    transactions need the tables emptied afterwards."""
    one = Enterprise.objects.create(name="One", tax_code=vat_number(1))
    two = Enterprise.objects.create(name="Two", tax_code=vat_number(2))
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def merge(survivor: Enterprise, absorbed: Enterprise) -> None:
        try:
            start.wait(10)
            merge_enterprises(actor=SYSTEM, survivor=survivor, absorbed=absorbed, chosen={}, reason="same")
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["done", "refused"]
    assert Enterprise.objects.filter(status="merged").count() == 1
    assert Merge.objects.count() == 1
