"""The portal as a WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "levante.settings")
application = get_wsgi_application()

# What was loaded stays for the life of the process: looking through it at every collection is work for nothing, and a
# request makes thousands of short-lived objects that counting references frees by itself.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
