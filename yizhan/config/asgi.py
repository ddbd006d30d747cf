"""For servers that speak ASGI only; pages are faster under WSGI (technology.md §3)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
application = get_asgi_application()
