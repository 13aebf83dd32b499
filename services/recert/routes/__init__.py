"""The HTTP surface of recert, one module per subject."""

from services.recert.routes import public

blueprints = [public.blueprint]
