"""`tescosense worker`: executes runs from the queue, beside any number of others."""

from domain.errors import BadInput


def worker() -> None:
    """Execute runs from the queue until stopped. Needs TESCOSENSE_REDIS_URL, and a database both sides reach."""
    import asyncio

    from runtime.settings import Settings

    settings = Settings()
    if not settings.redis_url:
        raise BadInput(
            "a worker has no queue to read from",
            remedy="set TESCOSENSE_REDIS_URL; without it, runs execute inside `tescosense serve`",
            field="redis_url",
        )
    from runtime.working import work

    asyncio.run(work(settings.model_copy(update={"workers": False})))
