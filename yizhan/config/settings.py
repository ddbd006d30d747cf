"""Settings of every process: from environment variables, secure unless somebody says otherwise.

The names are listed in docs/settings.md. `yizhan run` (the demo county) sets YIZHAN_DEMO=1 and
makes its own secrets; every other process refuses to start without them.
"""

import os

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from yizhan.config import environment
from yizhan.config.database import parse


def flag(name: str, default: bool) -> bool:
    """A yes/no variable."""
    return os.environ.get(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def number(name: str, default: int) -> int:
    """A whole number."""
    return int(os.environ.get(name) or default)


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def secret(name: str) -> str:
    """A secret of at least 32 characters. There is no default."""
    value = os.environ.get(name, "")
    if len(value) < 32:
        raise ImproperlyConfigured(
            f"环境变量 {name} 没有设置，或者少于 32 个字符。可用 "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))" 生成一个。'
        )
    return value


VAR = environment.var_folder()
environment.load_secrets(VAR)

# ---- what this process is
DEBUG = False
DEMO = flag("YIZHAN_DEMO", False)
HTTPS = flag("YIZHAN_HTTPS", not DEMO)
SITE = os.environ.get("SITE", "all")
SITES = {"portal": "/", "workbench": "/work/", "kiosk": "/kiosk/", "gateway": "/api/"}
if SITE != "all" and SITE not in SITES:
    raise ImproperlyConfigured(f"SITE 只能是 all 或 {'、'.join(SITES)}，现在是 {SITE}。")
ROOT_URLCONF = "yizhan.config.urls" if SITE == "all" else f"yizhan.config.urls_{SITE}"
WSGI_APPLICATION = "yizhan.config.wsgi.application"
REGION = os.environ.get("YIZHAN_REGION", "410225")  # the county this installation serves
COUNTY_NAME = os.environ.get("YIZHAN_COUNTY_NAME", "兰考县")
COUNTY_NAME = os.environ.get("YIZHAN_COUNTY_NAME", "兰考县")  # as its pages call it

# ---- secrets
SECRET_KEY = secret("YIZHAN_SECRET_KEY")
SECRET_KEY_FALLBACKS = words("YIZHAN_SECRET_KEY_FALLBACKS")
DATA_KEY = secret("YIZHAN_DATA_KEY")  # seals ID numbers and phones at rest
DATA_KEY_FALLBACKS = words("YIZHAN_DATA_KEY_FALLBACKS")  # old keys: open, never seal
INDEX_KEY = secret("YIZHAN_INDEX_KEY")  # blind index of what must be found again

# ---- applications
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "axes",
    "csp",
    "django_htmx",
    "js_lib_bootstrap5",
    "template_partials.apps.SimpleAppConfig",
    "procrastinate.contrib.django",
    "yizhan.domain.office",
    "yizhan.domain.people",
    "yizhan.domain.files",
    "yizhan.domain.notices",
    "yizhan.domain.catalogue",
    "yizhan.domain.cases",
    "yizhan.domain.hotline",
    "yizhan.domain.journeys",
    "yizhan.web.ui",
    "yizhan.web.portal",
    "yizhan.web.workbench",
    "yizhan.web.kiosk",
    "yizhan.web.gateway",
]
MIDDLEWARE = [
    "yizhan.web.ui.middleware.SiteMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yizhan.web.ui.middleware.SizeLimitMiddleware",
    "yizhan.web.ui.sessions.SiteSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "yizhan.web.ui.sessions.SiteCsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "yizhan.web.ui.middleware.PrivatePagesMiddleware",
    "yizhan.web.ui.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]
GATEWAY_MIDDLEWARE = [  # config.wsgi.GatewayHandler
    "yizhan.web.ui.middleware.SiteMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "yizhan.web.ui.middleware.SizeLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "yizhan.web.ui.middleware.LoginRequiredMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yizhan.web.ui.context.house",
                "yizhan.web.workbench.nav.bar",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- database: PostgreSQL only
# In the servers the pool is worth a factor of five and preparing at first sight another third
# (technology.md §11); commands use one connection, and migrations cannot be prepared at all.
SERVING = os.environ.get("YIZHAN_PROCESS") in ("web", "worker")
DATABASES = {"default": parse(os.environ.get("DATABASE_URL") or environment.embedded_url(VAR))}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = flag("YIZHAN_DB_CHECK", True)
DATABASES["default"]["OPTIONS"] |= {
    "server_side_binding": True,
    "prepare_threshold": 0 if SERVING else None,
    "connect_timeout": 3,
    "application_name": f"yizhan-{os.environ.get('YIZHAN_PROCESS', 'cli')}",
}
if SERVING:
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": number("YIZHAN_POOL_MIN", 1),
        "max_size": number("YIZHAN_POOL_MAX", 8),
        "timeout": 5,
        "max_idle": 300,
    }

# ---- jobs
PROCRASTINATE_IMPORT_PATHS = ["yizhan.config.jobs"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

# ---- language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# ---- who may come in
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["yizhan.config.passwords.OwaspArgon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/login/"  # of the portal; LoginRequiredMiddleware knows the other sites'
LOGIN_URLS = {"portal": "/login/", "workbench": "/work/login/", "kiosk": "/kiosk/"}
OTP_TOTP_ISSUER = "Yizhan"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "yizhan.web.ui.errors.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_SENSITIVE_PARAMETERS = ["password", "code", "otp_token", "id_number", "phone"]
AXES_CLIENT_IP_CALLABLE = "yizhan.web.ui.middleware.client_ip"
AXES_VERBOSE = False

# ---- cookies, headers
ALLOWED_HOSTS = words("YIZHAN_HOSTS", "localhost,127.0.0.1,[::1]" if DEMO else "")
CSRF_TRUSTED_ORIGINS = words("YIZHAN_ORIGINS")
CSRF_FAILURE_VIEW = "yizhan.web.ui.errors.csrf_failure"
SESSION_COOKIE_NAME = "yz_portal"  # one per site: yizhan/web/ui/sessions.py
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token, scripts never read the cookie
CSRF_COOKIE_NAME = "yz_csrf_portal"
PROXIES = number("YIZHAN_PROXIES", 0)  # how many proxies of ours stand in front
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# W003: our SiteCsrfMiddleware is Django's, once per site. W005, W021: other systems of the county
# may live on sub-domains that we do not know.
SILENCED_SYSTEM_CHECKS = ["security.W003", "security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF, *words("YIZHAN_FORM_TARGETS")],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# ---- sizes
MAX_REQUEST_BYTES = number("YIZHAN_MAX_REQUEST_MB", 64) * 1024 * 1024  # all files of one form
MAX_FILE_BYTES = number("YIZHAN_MAX_FILE_MB", 20) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # without files
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # above that a temporary file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 40
FILE_UPLOAD_PERMISSIONS = 0o600
FILES_FOLDER = VAR / "files"  # outside every web root; served only through a door

# ---- static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = ["yizhan.config.assets.ChosenFinder"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_FOLDER},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# ---- adapters: one factory per need (DESIGN §2.10)
SMS_ADAPTER = os.environ.get("YIZHAN_SMS_ADAPTER", "yizhan.domain.notices.adapters.local.Outbox")
SMS_URL = os.environ.get("YIZHAN_SMS_URL", "")  # of notices.adapters.http.Gateway
SMS_APP = os.environ.get("YIZHAN_SMS_APP", "")
SMS_SECRET = os.environ.get("YIZHAN_SMS_SECRET", "")
MAIL_ADAPTER = os.environ.get(
    "YIZHAN_MAIL_ADAPTER", "yizhan.domain.notices.adapters.local.Letterbox"
)
# ---- channels of the hotline: empty = that channel is closed
MAIL_IMAP = os.environ.get("YIZHAN_MAIL_IMAP", "")  # imaps://user@host/INBOX
MAIL_SMTP = os.environ.get("YIZHAN_MAIL_SMTP", "")  # smtps://user@host
MAIL_FROM = os.environ.get("YIZHAN_MAIL_FROM", "")
MAIL_PASSWORD = os.environ.get("YIZHAN_MAIL_PASSWORD", "")
CTI_SECRET = os.environ.get("YIZHAN_CTI_SECRET", "")  # of the telephone system's webhook
SMS_IN_SECRET = os.environ.get("YIZHAN_SMS_IN_SECRET", "")  # of the SMS platform's webhook
WEIBO_SECRET = os.environ.get("YIZHAN_WEIBO_SECRET", "")
WECHAT_TOKEN = os.environ.get("YIZHAN_WECHAT_TOKEN", "")
# Login at the province's identity platform (OpenID Connect); off while the issuer is empty.
OIDC_ISSUER = os.environ.get("YIZHAN_OIDC_ISSUER", "")
OIDC_CLIENT_ID = os.environ.get("YIZHAN_OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = os.environ.get("YIZHAN_OIDC_CLIENT_SECRET", "")
OIDC_NAME = os.environ.get("YIZHAN_OIDC_NAME", "统一身份认证平台")

# ---- mail and logs
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "yizhan.config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("YIZHAN_LOG", "WARNING")},
    "loggers": {
        "yizhan": {"level": os.environ.get("YIZHAN_LOG", "INFO")},
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "django": {"handlers": [], "level": "WARNING"},
    },
}
