"""Settings of the portal. What an office must decide comes from the environment; see docs/operations/configuration.md."""

import json
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF

from levante.embedded import database_url, django_database, var_folder
from levante.identity.levels import asking_for_the_level
from levante.messages_catalogues import catalogue_folders, languages

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VAR = var_folder()


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    given = os.environ.get("LEVANTE_SECRET_KEY")
    if given:
        return given
    path = VAR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def _origins(gateways: list[dict[str, Any]]) -> list[str]:
    """Where a sign-in form may lead: browsers apply form-action to the redirect that follows the form."""
    parts = [urlsplit(gateway["settings"]["server_url"]) for gateway in gateways]
    return sorted({f"{part.scheme}://{part.netloc}" for part in parts})


DEMO = _flag("LEVANTE_DEMO")
HTTPS = _flag("LEVANTE_HTTPS")
DEBUG = _flag("LEVANTE_DEBUG")
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    "testserver",
    *filter(None, os.environ.get("LEVANTE_HOSTS", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in filter(None, os.environ.get("LEVANTE_HOSTS", "").split(","))]
SITE_URL = os.environ.get("LEVANTE_URL", "http://127.0.0.1:8000")
#: Who pays, and from which account of the treasury: JSON ``{name, iban, bic?, cuc?}``.
PAYER = json.loads(os.environ.get("LEVANTE_PAYER", "{}"))
#: The agencies that pay what they manage from an account of their own, by the code of their office: JSON ``{code: {name, iban, …}}``.
PAYERS = json.loads(os.environ.get("LEVANTE_PAYERS", "{}"))
#: Who is paid by pagoPA notice: {"creditor": tax code, "name": …, "segregation": two digits}.
PAGOPA = json.loads(os.environ.get("LEVANTE_PAGOPA", "{}"))
#: Where the lane of a click day answers to this server (``http://127.0.0.1:8100``); browsers reach it through the proxy.
INTAKE_URL = os.environ.get("LEVANTE_INTAKE_URL", "")
#: The certificates trusted to vouch for who signs, a file or a folder; empty trusts nobody.
TRUST_LIST = os.environ.get("LEVANTE_TRUST_LIST", "")
PROGRAMMES = Path(os.environ.get("LEVANTE_PROGRAMMES", ROOT / "programmes"))

#: The floors of the house, from the ground up (docs/architecture.md).
ROOMS = [
    "levante.kernel",
    "levante.identity",
    "levante.register",
    "levante.documents",
    "levante.messages",
    "levante.exchange",
    "levante.parties",
    "levante.letters",
    "levante.programme",
    "levante.aid",
    "levante.cases",
    "levante.calls",
    "levante.intake",
    "levante.applications",
    "levante.grants",
    "levante.initiatives",
    "levante.promotion",
    "levante.investment",
    "levante.competences",
    "levante.directory",
    "levante.claims",
    "levante.payments",
    "levante.controls",
    "levante.participations",
    "levante.meetings",
    "levante.wins",
    "levante.api",
    "levante.web",
]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # its widget templates, for FORM_RENDERER
    "pgtrigger",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "bootstrap_italia_template",
    *ROOMS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "levante.web.middleware.health",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "levante.web.middleware.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "levante.web.middleware.storable",
    "levante.web.middleware.scripts_are_told",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "levante.web.middleware.actor",
    "levante.web.middleware.two_languages",
    "levante.web.middleware.refusals",
    "levante.web.middleware.read_only_get",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "levante.urls"
WSGI_APPLICATION = "levante.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The house's own templates come before those that allauth brings.
        "DIRS": [HERE / "web/templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "levante.web.context.page",
            ],
            "builtins": [
                "levante.web.templatetags.levante",
                "levante.web.templatetags.components",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "levante.web.components.forms.Renderer"

DATABASES = {"default": django_database(database_url())}
DATABASES["default"]["TEST"] = {"NAME": os.environ.get("LEVANTE_TEST_DB", "test_levante")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
#: What is counted for a while (attempts to sign in, sign-ups) is in the database, so that all processes count together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "identity_counted",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # Parts of pages that are the same for everybody: kept in each process, they ask the database nothing.
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "fragments"},
}

AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/oggi/"
ACCOUNT_ADAPTER = "levante.identity.signin.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "levante.identity.signin.SignupForm"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
#: Wrong passwords are counted by axes, in the database. This is for second factors alone (``AccountAdapter.pre_authenticate``):
#: codes of an app, recovery codes and passkeys, a person at a time, whatever the address they come from.
ACCOUNT_RATE_LIMITS = {"login_failed": "5/5m/key,30/d/key"}
SOCIALACCOUNT_ADAPTER = "levante.identity.signin.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_QUERY_EMAIL = True
#: A gateway has already established who the person is; a mail adds nothing to it.
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
#: The gateways: JSON list of {provider_id, name, client_id, secret, settings: {server_url, acr_values?, scope?}}.
OIDC_GATEWAYS = json.loads(os.environ.get("LEVANTE_OIDC", "[]"))
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": asking_for_the_level(OIDC_GATEWAYS)}}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Levante"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
#: Staff sign in with a second factor or a passkey; the demonstration may do without, and says so.
STAFF_NEEDS_SECOND_FACTOR = _flag("LEVANTE_STAFF_SECOND_FACTOR", default=not DEMO)
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
#: How many proxies stand before the portal: the client's address is that many from the right of X-Forwarded-For.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("LEVANTE_PROXIES", "0"))
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "levante.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *_origins(OIDC_GATEWAYS)],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "it"
LOCALE_PATHS = catalogue_folders()
LANGUAGES = languages()
TIME_ZONE = "Europe/Rome"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["levante.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "levante.web.static_files.PageFiles"
        if _flag("LEVANTE_STATIC_COLLECTED")
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "levante.documents.uploads.BoundedUpload",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

EMAIL_BACKEND = os.environ.get("LEVANTE_MAIL", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("LEVANTE_MAIL_FROM", "levante@example.org")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_ON_APP_READY = "levante.kernel.queue.in_the_transaction"
PROCRASTINATE_WORKER_DEFAULTS = {"stalled_worker_timeout": 120.0}
PGTRIGGER_SCHEMA_EDITOR = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_USERNAME_CALLABLE = "levante.identity.signin.username_for_lockout"
AXES_CLIENT_IP_CALLABLE = "levante.identity.signin.client_address"
AXES_LOCKOUT_CALLABLE = "levante.identity.signin.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LEVANTE_LOG", "WARNING")},
}
