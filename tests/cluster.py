"""What several processes share: a PostgreSQL and a Valkey server of their own, and the workers on them."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.audit import audit
from tests.integration.serving import spawn
from tests.servers import Postgres, postgres, valkey


class Cluster:
    """One database, one queue, and the workers on them."""

    def __init__(self, data_dir: Path, database: Postgres, stack: ExitStack) -> None:
        self.data_dir = data_dir
        self.database_url = database.database()
        self.workers: list[subprocess.Popen[bytes]] = []
        self._stack = stack
        self._queue = stack.enter_context(valkey())
        self._port = self._queue.port

    @property
    def environment(self) -> dict[str, str]:
        return {
            "TESCOSENSE_DATABASE_URL": self.database_url,
            "TESCOSENSE_REDIS_URL": f"redis://127.0.0.1:{self._port}",
            "TESCOSENSE_WORKERS": "true",
        }

    def start_worker(self, **environment: str) -> "subprocess.Popen[bytes]":
        worker, _ = spawn(self.data_dir, "worker", **self.environment, **environment)
        self.workers.append(worker)
        return worker

    def lose_the_queue(self) -> None:
        """Kill Valkey, and with it whatever it had been told."""
        self._queue.terminate()

    def bring_the_queue_back(self) -> None:
        self._queue = self._stack.enter_context(valkey(self._port))


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


@contextmanager
def cluster(data_dir: Path) -> Iterator[Cluster]:
    """Whatever a test does with it, money, media and log agree after it."""
    with ExitStack() as stack:
        made = Cluster(data_dir, stack.enter_context(postgres()), stack)
        try:
            yield made
        finally:
            for worker in made.workers:
                if worker.poll() is None:
                    kill(worker)
        audit(made.database_url)
