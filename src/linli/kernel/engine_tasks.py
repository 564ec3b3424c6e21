"""The bridge to another engine (Celery, …) through the ``django_tasks`` interface.

Imported only where ``LINLI_TASKS_BACKEND`` names a backend; the embedded default never needs
the package.
"""

from __future__ import annotations

from uuid import UUID

from django_tasks import task

from linli.kernel import outbox


@task()
def handle_message(message_id: str) -> None:
    """Handle one outbox message; harmless when it runs twice."""
    outbox.handle_by_id(UUID(message_id))
