"""The web process: pages of the site chosen by SITE."""

import os

from django.core.wsgi import get_wsgi_application

from yizhan.config.supervisor.children import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yizhan.config.settings")
die_with_parent()
application = get_wsgi_application()
