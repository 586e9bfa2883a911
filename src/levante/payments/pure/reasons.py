"""What banks say in codes (ISO 20022, external status and return reasons), in words that say what to do about it."""

from levante.kernel.pure import Bilingual

REASONS = {
    "AC01": Bilingual("l’IBAN non è corretto", "the IBAN is not correct"),
    "AC03": Bilingual("l’IBAN del beneficiario non è valido", "the payee’s IBAN is not valid"),
    "AC04": Bilingual("il conto è chiuso", "the account is closed"),
    "AC06": Bilingual("il conto è bloccato", "the account is blocked"),
    "AC13": Bilingual("il conto è di un tipo che non riceve bonifici", "the account is of a kind that takes no transfers"),
    "AG01": Bilingual("su questo conto il bonifico non è ammesso", "transfers are not allowed on this account"),
    "AG02": Bilingual("l’operazione non è prevista dalla banca", "the bank does not provide this operation"),
    "AGNT": Bilingual("una banca della catena ha sbagliato o non è raggiungibile", "a bank on the way is wrong or cannot be reached"),
    "AM01": Bilingual("l’importo è zero", "the amount is zero"),
    "AM02": Bilingual("l’importo è oltre il massimo ammesso", "the amount is above what is allowed"),
    "AM03": Bilingual("la valuta non è ammessa", "the currency is not allowed"),
    "AM04": Bilingual("sul conto di chi paga non ci sono fondi sufficienti", "the payer’s account has not enough money"),
    "AM05": Bilingual("la banca lo considera un doppione", "the bank takes it for a duplicate"),
    "AM09": Bilingual("l’importo non è quello atteso", "the amount is not the one expected"),
    "AM10": Bilingual("la somma di controllo non torna", "the control sum does not match"),
    "ARDT": Bilingual("il bonifico era già stato restituito", "the transfer had been returned already"),
    "BE01": Bilingual("il nome non corrisponde all’intestatario del conto", "the name is not that of the account’s holder"),
    "BE04": Bilingual("manca l’indirizzo del beneficiario", "the payee’s address is missing"),
    "BE05": Bilingual("chi ha mandato l’ordine non è riconosciuto", "who sent the order is not recognised"),
    "BE06": Bilingual("il beneficiario non è riconosciuto", "the payee is not recognised"),
    "BE08": Bilingual("la banca ha fatto un errore", "the bank made a mistake"),
    "CNOR": Bilingual("la banca del beneficiario non è raggiungibile", "the payee’s bank cannot be reached"),
    "CURR": Bilingual("la valuta è sbagliata", "the currency is wrong"),
    "CUST": Bilingual("lo ha chiesto chi paga", "the payer asked for it"),
    "DNOR": Bilingual("la banca di chi paga non è raggiungibile", "the payer’s bank cannot be reached"),
    "DT01": Bilingual("la data non è ammessa", "the day is not allowed"),
    "DUPL": Bilingual("è un doppione", "it is a duplicate"),
    "ED05": Bilingual("il regolamento tra banche non è riuscito", "the settlement between banks failed"),
    "FF01": Bilingual("il tracciato del file non è valido", "the format of the file is not valid"),
    "FOCR": Bilingual("restituito dopo una richiesta di richiamo", "returned after a recall"),
    "FR01": Bilingual("sospetta frode", "fraud is suspected"),
    "FRAD": Bilingual("l’ordine è ritenuto fraudolento", "the order is held to be fraudulent"),
    "LEGL": Bilingual("non ammesso dalla legge", "not allowed by law"),
    "MD07": Bilingual("il titolare del conto è deceduto", "the holder of the account has died"),
    "MS02": Bilingual("il beneficiario lo ha rifiutato, senza dire perché", "the payee refused it, without a reason"),
    "MS03": Bilingual("la banca lo ha rifiutato, senza dire perché", "the bank refused it, without a reason"),
    "NARR": Bilingual("il motivo è scritto a parole", "the reason is told in words"),
    "NOAS": Bilingual("il beneficiario non ha risposto al richiamo", "the payee did not answer the recall"),
    "NOOR": Bilingual("il bonifico di origine non risulta", "the original transfer is not known"),
    "RC01": Bilingual("il BIC della banca non è valido", "the bank’s BIC is not valid"),
    "RR01": Bilingual("mancano i dati di chi paga", "the payer’s data are missing"),
    "RR02": Bilingual("manca il nome o l’indirizzo di chi paga", "the payer’s name or address is missing"),
    "RR03": Bilingual("manca il nome o l’indirizzo del beneficiario", "the payee’s name or address is missing"),
    "RR04": Bilingual("motivo normativo", "a regulatory reason"),
    "TECH": Bilingual("problema tecnico: si può ripetere", "a technical problem: it can be tried again"),
    "TM01": Bilingual("arrivato dopo l’orario della banca", "it came after the bank’s cut-off time"),
}  # fmt: skip


def reason_words(code: str, said: str = "") -> Bilingual:
    """A reason in words: that of its code, with what the bank wrote, if anything; an unknown code is told as it is."""
    known = REASONS.get(code)
    if known is None:
        it = f"motivo {code}" if code else "la banca non dice il motivo"
        en = f"reason {code}" if code else "the bank gives no reason"
        known = Bilingual(it, en)
    if said:
        return Bilingual(f"{known.it} («{said}»)", f"{known.en} (“{said}”)")
    return known
