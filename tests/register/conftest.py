"""A small log in memory, with its key: enough to make receipts without a database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from levante.register.pure import commitment, heads, tree
from levante.register.pure.keys import SigningKey
from levante.register.pure.receipts import Receipt

START = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(scope="session")
def signer() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture
def make_receipts(signer: SigningKey) -> Callable[..., list[Receipt]]:
    """``make_receipts(5)``: the receipts of a log of five entries, all under one head."""

    def make(count: int, payload: Any = None, log: str = "register", key: SigningKey = signer) -> list[Receipt]:
        blank = heads.Head(log, 0, 0, b"", "", "", b"")
        drafts = []
        for i in range(count):
            instant = START + timedelta(seconds=i)
            drafts.append(
                Receipt(
                    log=log,
                    number=commitment.number_text(2026, i + 1),
                    received_at=commitment.instant_text(instant),
                    kind="applications.transmitted",
                    subject=f"application:{i + 1}",
                    payload={"form": "voucher", "amount": "6000.00"} if payload is None else payload,
                    salt=commitment.new_salt(),
                    request=commitment.request_digest(f"key {i}"),
                    leaf_index=i,
                    inclusion_proof=(),
                    head=blank,
                )
            )
        grown = tree.grow(0, (), [draft.leaf.hash() for draft in drafts])
        head = heads.sign_head(key, log=log, size=count, previous=0, root=grown.root, instant=drafts[-1].received_at)
        return [
            replace(draft, inclusion_proof=tuple(grown.inclusion_path(i)), head=head) for i, draft in enumerate(drafts)
        ]

    return make
