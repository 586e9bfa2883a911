"""The portal as a WSGI application."""

import gc

from django.core.wsgi import get_wsgi_application

from levante.kernel.starting import prepare_django

prepare_django()
application = get_wsgi_application()

# What was loaded stays for the life of the process: looking through it at every collection is work for nothing.
gc.collect()
gc.freeze()
