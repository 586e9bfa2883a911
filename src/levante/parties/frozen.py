"""The copy of an enterprise's file that a submission stands on: later changes never rewrite it."""

import json
from datetime import date
from typing import Any

from django.db import connection

from levante.parties.models import Enterprise

#: The file (districts and supply chains too), its seats in force, its last four accounts, its holders in force: one round trip
#: with nothing to compile, because a transmission on a click day counts both.
_COPY = """
SELECT (SELECT to_jsonb(own) FROM (
         SELECT id, tax_code, vat_number, name, legal_form, ateco, ateco_edition, ateco_on, artisan, rea, founded_on, ceased_on,
                status, size, size_on, pec, email, phone, website, sectors, is_demo,
                (SELECT coalesce(jsonb_agg(district.code ORDER BY district.code), '[]')
                   FROM parties_districtmembership theirs JOIN parties_productiondistrict district ON district.id = theirs.district_id
                  WHERE theirs.enterprise_id = %(enterprise)s AND theirs.since <= %(on)s
                    AND (theirs.until IS NULL OR theirs.until >= %(on)s)) AS districts,
                (SELECT coalesce(jsonb_agg(chain.code ORDER BY chain.code), '[]')
                   FROM parties_chainmembership theirs JOIN parties_supplychain chain ON chain.id = theirs.chain_id
                  WHERE theirs.enterprise_id = %(enterprise)s AND theirs.since <= %(on)s
                    AND (theirs.until IS NULL OR theirs.until >= %(on)s)) AS supply_chains
           FROM parties_enterprise WHERE id = %(enterprise)s) own)::text,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'kind', seat.kind, 'country', seat.country_id, 'istat_code', seat.comune_id,
          'comune', coalesce(comune.name, seat.locality), 'province', seat.province_id, 'region', province.region,
          'cap', seat.cap, 'address', seat.address, 'since', seat.since) ORDER BY seat.kind, seat.id), '[]')
          FROM parties_seat seat
          LEFT JOIN parties_comune comune ON comune.istat_code = seat.comune_id
          LEFT JOIN parties_province province ON province.code = seat.province_id
         WHERE seat.enterprise_id = %(enterprise)s AND (seat.until IS NULL OR seat.until >= %(on)s))::text,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'year', account.year, 'headcount', account.headcount::text, 'turnover', account.turnover::text,
          'balance', account.balance::text, 'export_turnover', account.export_turnover::text,
          'approved', account.approved) ORDER BY account.year DESC), '[]')
          FROM (SELECT * FROM parties_account WHERE enterprise_id = %(enterprise)s AND year <= %(year)s
                ORDER BY year DESC LIMIT 4) account)::text,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'holder', coalesce(firm.name, nullif(btrim(concat_ws(' ', person.given_name, person.family_name)), ''),
                             '#' || person.id, institution.name,
                             link.holder_abroad || ' (' || link.holder_country_id || ')'),
          'kind', link.kind, 'capital', trim_scale(link.capital)::text, 'votes', trim_scale(link.votes)::text,
          'since', link.since, 'source', link.source) ORDER BY link.id), '[]')
          FROM parties_ownershiplink link
          LEFT JOIN parties_enterprise firm ON firm.id = link.holder_enterprise_id
          LEFT JOIN parties_person person ON person.id = link.holder_person_id
          LEFT JOIN parties_institution institution ON institution.id = link.holder_institution_id
         WHERE link.owned_id = %(enterprise)s AND (link.until IS NULL OR link.until >= %(on)s)
           AND (link.since IS NULL OR link.since <= %(on)s))::text
"""


def freeze_enterprise(enterprise: Enterprise, *, on: date) -> dict[str, Any]:
    """The file as the database holds it now, in plain JSON; of the instance only the key is read. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_COPY, {"enterprise": enterprise.pk, "on": on, "year": on.year})
        own, seats, accounts, holders = cursor.fetchone()
    if own is None:
        raise Enterprise.DoesNotExist
    return {
        "on": on.isoformat(),
        **json.loads(own),
        "seats": json.loads(seats),
        "accounts": json.loads(accounts),
        "holders": json.loads(holders),
    }
