"""Pages: the WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
# Nobody waits for a page while a model is trained.
os.environ["LINLI_TRAIN_IN_PROCESS"] = "0"
application = get_wsgi_application()
