"""Settings of the test suite: quick hashing, plain static files; all else as in production."""

import os

os.environ.setdefault("YIZHAN_SECRET_KEY", "tests-only-" + "s" * 40)
os.environ.setdefault("YIZHAN_DATA_KEY", "tests-only-" + "d" * 40)
os.environ.setdefault("YIZHAN_INDEX_KEY", "tests-only-" + "i" * 40)
os.environ.setdefault("YIZHAN_DEMO", "1")

from yizhan.config.settings import *  # noqa: E402, F403
from yizhan.config.settings import DATABASES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
