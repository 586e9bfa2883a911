"""Triggers that tables of the house share."""

import pgtrigger

#: For tables that are only added to: a row trigger does not see a table emptied at once, this one does.
NEVER_EMPTIED = pgtrigger.Trigger(
    name="never_emptied",
    level=pgtrigger.Statement,
    when=pgtrigger.Before,
    operation=pgtrigger.Truncate,
    func="RAISE EXCEPTION 'pgtrigger: % is only added to, never emptied', TG_TABLE_NAME;",
)
