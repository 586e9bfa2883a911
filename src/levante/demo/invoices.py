"""Invented e-invoices to enterprises of the demonstration, as XML or signed (.p7m) with a key made on the spot, that nobody certifies."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from django.core.files.uploadedfile import SimpleUploadedFile

from levante.kernel.pure import round_euro
from levante.parties.api import Enterprise

_RATE = Decimal(22)
_XML = """<?xml version="1.0" encoding="UTF-8"?>
<p:FatturaElettronica versione="FPR12" xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2">
<FatturaElettronicaHeader>
<DatiTrasmissione><IdTrasmittente><IdPaese>IT</IdPaese><IdCodice>{vat_number}</IdCodice></IdTrasmittente>
<ProgressivoInvio>1</ProgressivoInvio><FormatoTrasmissione>FPR12</FormatoTrasmissione><CodiceDestinatario>0000000</CodiceDestinatario>
</DatiTrasmissione>
<CedentePrestatore><DatiAnagrafici><IdFiscaleIVA><IdPaese>IT</IdPaese><IdCodice>{vat_number}</IdCodice></IdFiscaleIVA>
<Anagrafica><Denominazione>{supplier}</Denominazione></Anagrafica><RegimeFiscale>RF01</RegimeFiscale></DatiAnagrafici>
<Sede><Indirizzo>Via della Fiera 1</Indirizzo><CAP>70132</CAP><Comune>Bari</Comune><Nazione>IT</Nazione></Sede></CedentePrestatore>
<CessionarioCommittente><DatiAnagrafici><CodiceFiscale>{tax_code}</CodiceFiscale>
<Anagrafica><Denominazione>{customer}</Denominazione></Anagrafica></DatiAnagrafici>
<Sede><Indirizzo>Via Roma 1</Indirizzo><CAP>70121</CAP><Comune>Bari</Comune><Nazione>IT</Nazione></Sede></CessionarioCommittente>
</FatturaElettronicaHeader>
<FatturaElettronicaBody>
<DatiGenerali><DatiGeneraliDocumento><TipoDocumento>TD01</TipoDocumento><Divisa>EUR</Divisa><Data>{on}</Data><Numero>{number}</Numero>
<ImportoTotaleDocumento>{total}</ImportoTotaleDocumento><Causale>CUP {cup}</Causale></DatiGeneraliDocumento>
<DatiOrdineAcquisto><IdDocumento>{number}</IdDocumento><CodiceCUP>{cup}</CodiceCUP></DatiOrdineAcquisto></DatiGenerali>
<DatiBeniServizi><DettaglioLinee><NumeroLinea>1</NumeroLinea><Descrizione>{what}</Descrizione><Quantita>1.00</Quantita>
<PrezzoUnitario>{net}</PrezzoUnitario><PrezzoTotale>{net}</PrezzoTotale><AliquotaIVA>22.00</AliquotaIVA></DettaglioLinee>
<DatiRiepilogo><AliquotaIVA>22.00</AliquotaIVA><ImponibileImporto>{net}</ImponibileImporto><Imposta>{vat}</Imposta></DatiRiepilogo>
</DatiBeniServizi></FatturaElettronicaBody></p:FatturaElettronica>
"""


def e_invoice(
    to: Enterprise, *, cup: str, number: str, on: date, supplier: str, code: str, net: Decimal, what: str, signed: bool
) -> SimpleUploadedFile:
    """An e-invoice of an Italian supplier (``code``: its VAT number) with the CUP in its field, as a file that is uploaded."""
    vat = round_euro(net * _RATE / 100)
    told = {
        "vat_number": code, "supplier": supplier, "tax_code": to.tax_code, "customer": to.name, "on": on.isoformat(), "number": number,
        "total": f"{net + vat:.2f}", "cup": cup, "what": what, "net": f"{net:.2f}", "vat": f"{vat:.2f}",
    }  # fmt: skip
    data = _XML.format(**{name: escape(value) for name, value in told.items()}).encode()
    name = f"IT{code}_{number.replace('/', '')}.xml"
    if signed:
        return SimpleUploadedFile(f"{name}.p7m", _signed(data, supplier), content_type="application/pkcs7-mime")
    return SimpleUploadedFile(name, data, content_type="application/xml")


def _signed(data: bytes, by: str) -> bytes:
    """CAdES as suppliers send it, with a certificate of nobody's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{by} (dimostrazione)"[:64])])
    since = datetime.now(UTC) - timedelta(days=1)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(since)
    certificate = made.not_valid_after(since + timedelta(days=365)).sign(key, hashes.SHA256())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(certificate, key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
