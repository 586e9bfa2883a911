from django.db import migrations

#: The investor behind an enquiry is now written on its case, where who acts for it finds it.
DOWN = """
UPDATE cases_case SET investor_id = enquiry.investor_id
  FROM investment_enquiry enquiry WHERE enquiry.case_id = cases_case.id AND enquiry.investor_id IS NOT NULL
"""
UP = """
UPDATE investment_enquiry SET investor_id = cases_case.investor_id
  FROM cases_case WHERE investment_enquiry.case_id = cases_case.id AND cases_case.investor_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_buyers_and_investors_ask"), ("investment", "0002_withdrawn_reason")]

    operations = [
        migrations.RunSQL(DOWN, UP),
        migrations.RemoveField(model_name="enquiry", name="investor"),
    ]
