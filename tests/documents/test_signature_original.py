"""Is what was signed the document that was to be signed? In an envelope, in the PDF, in both, and what people do instead."""

from io import BytesIO

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from tests.documents.signing import p7m, plain_pdf, revised_pdf, signed_pdf, with_empty_field, world

from levante.documents.pure.signature_original import fault_of_copy


def made_here(text="Domanda 6.000"):
    """As our own PDFs are: with a form that has no fields yet."""
    writer = IncrementalPdfFileWriter(BytesIO(plain_pdf(text)))
    form = generic.DictionaryObject({generic.pdf_name("/Fields"): generic.ArrayObject([])})
    writer.root["/AcroForm"] = writer.add_object(form)
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


ORIGINAL = made_here()


def in_pdf(pdf=ORIGINAL):
    return signed_pdf(pdf, world().anna)


@pytest.mark.parametrize(
    "signed",
    [
        lambda: p7m(ORIGINAL),
        lambda: p7m(p7m(ORIGINAL), world().bruno),
        in_pdf,
        lambda: signed_pdf(ORIGINAL, world().anna, locked=True),
        lambda: signed_pdf(in_pdf(), world().bruno, field="Firma2"),
        lambda: p7m(in_pdf(), world().bruno),
        lambda: ORIGINAL,  # that it carries no signature is for the verification to say
    ],
)
def test_it_is_the_original_signed(signed):
    assert fault_of_copy(signed(), ORIGINAL) is None


@pytest.mark.parametrize(
    ("signed", "words"),
    [
        (lambda: p7m(plain_pdf("Domanda 9.000")), "is not the document"),
        (lambda: in_pdf(plain_pdf("Domanda 9.000")), "is not the document"),
        (lambda: in_pdf(revised_pdf(ORIGINAL)), "was added"),
        (lambda: in_pdf(with_empty_field(revised_pdf(ORIGINAL))), "was added"),
        (lambda: p7m(revised_pdf(ORIGINAL)), "was added"),
        (lambda: p7m(ORIGINAL, detached=True), "is not the document"),
        (lambda: b"not a file that anybody signed", "is not the document"),
    ],
)
def test_it_is_not(signed, words):
    fault = fault_of_copy(signed(), ORIGINAL)
    assert fault is not None
    assert words in fault.en
