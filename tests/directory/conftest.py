from tests.cases.conftest import asked, countries, desk  # noqa: F401 - fixtures
