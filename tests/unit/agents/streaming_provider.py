"""Providers of models on this machine, which stream their answers piece by piece as OpenAI and Anthropic do.

Written from their documents of the wire, not from our client: https://platform.openai.com/docs/api-reference/chat-streaming
and https://platform.claude.com/docs/en/build-with-claude/streaming.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import orjson

Asked = dict[str, Any]
Turn = Literal[
    "streams", "breaks", "says overloaded", "answers whole", "takes no stream", "garbage", "cut off", "filtered"
]
ENDS = {"cut off": ("length", "max_tokens"), "filtered": ("content_filter", "refusal")}
"""Why an answer ends with half of it said, as OpenAI and Anthropic call it."""
READ, WRITTEN = 11, 7


class StreamingProvider(BaseHTTPRequestHandler):
    """Takes its turns in order, the last again and again. Its answer comes in pieces of seven characters."""

    turns: list[Turn]
    answer: Callable[[Asked], dict[str, Any]]
    requests: list[Asked]
    text: str
    ends: tuple[str, str] | None

    def do_POST(self) -> None:
        asked = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append(asked)
        turn = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        text = "I would rather not." if turn == "garbage" else self.text or orjson.dumps(self.answer(asked)).decode()
        self.ends = ENDS.get(turn)
        text = text[: len(text) // 2] if self.ends else text
        pieces = [text[at : at + 7] for at in range(0, len(text), 7)]
        if turn == "takes no stream" and asked.get("stream"):
            self._body(400, {"error": {"message": "Unrecognized request argument supplied: stream_options"}})
        elif turn in ("answers whole", "takes no stream") or not asked.get("stream"):
            self._body(200, _whole(asked["model"], text, self.ends[0] if self.ends else "stop"))
        else:
            events = self._anthropic(asked, pieces) if self.path.endswith("/messages") else self._openai(asked, pieces)
            self._stream(list(events), turn)

    def _stream(self, events: list[bytes], turn: Turn) -> None:
        """Chunked, so that a stream that broke off is told from one that ended."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events if turn in ("streams", "garbage", *ENDS) else events[: len(events) // 2]:
            self._chunk(event)
        if turn == "says overloaded":
            said = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            self._chunk(b"event: error\n" + _data(said))
        if turn == "breaks":
            self.close_connection = True
        else:
            self._chunk(b"")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _openai(self, asked: dict[str, Any], pieces: list[str]) -> Iterator[bytes]:
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": asked["model"]}
        yield _data({**head, "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]})
        for piece in pieces:
            yield _data({**head, "choices": [{"index": 0, "delta": {"content": piece}}]})
        ends = self.ends[0] if self.ends else "stop"
        yield _data({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": ends}]})
        if asked.get("stream_options", {}).get("include_usage"):
            yield _data({**head, "choices": [], "usage": _usage()})
        yield b"data: [DONE]\n\n"

    def _anthropic(self, asked: dict[str, Any], pieces: list[str]) -> Iterator[bytes]:
        message = {
            **{"id": "msg_1", "type": "message", "role": "assistant", "model": asked["model"], "content": []},
            **{"stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": READ, "output_tokens": 1}},
        }
        yield _named("message_start", message=message)
        block: dict[str, Any] = {"type": "text", "text": ""}
        if tools := asked.get("tools"):
            block = {"type": "tool_use", "id": "toolu_1", "name": tools[0]["name"], "input": {}}
        yield _named("content_block_start", index=0, content_block=block)
        for piece in pieces:
            delta = (
                {"type": "input_json_delta", "partial_json": piece} if tools else {"type": "text_delta", "text": piece}
            )
            yield _named("content_block_delta", index=0, delta=delta)
        yield _named("content_block_stop", index=0)
        reason = self.ends[1] if self.ends else "tool_use" if tools else "end_turn"
        stopped = {"stop_reason": reason, "stop_sequence": None}
        yield _named("message_delta", delta=stopped, usage={"input_tokens": READ, "output_tokens": WRITTEN})
        yield _named("message_stop")

    def _body(self, status: int, answer: dict[str, Any]) -> None:
        body = orjson.dumps(answer)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return None


def _usage() -> dict[str, int]:
    return {"prompt_tokens": READ, "completion_tokens": WRITTEN, "total_tokens": READ + WRITTEN}


def _whole(model: str, text: str, ends: str) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choices = [{"index": 0, "finish_reason": ends, "message": message}]
    head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": model}
    return {**head, "choices": choices, "usage": _usage()}


def _data(event: dict[str, Any]) -> bytes:
    return b"data: %b\n\n" % orjson.dumps(event)


def _named(kind: str, **event: Any) -> bytes:
    return b"event: %b\n" % kind.encode() + _data({"type": kind, **event})


@contextmanager
def providing(
    answer: dict[str, str] | Callable[[Asked], dict[str, Any]], *turns: Turn, text: str = ""
) -> Iterator[tuple[str, type[StreamingProvider]]]:
    """The address of a provider, and what it was asked. `text` is what it says in place of the answer as JSON."""
    answers = answer if callable(answer) else lambda _: answer
    taken: dict[str, object] = {
        "turns": list(turns) or ["streams"],
        "answer": staticmethod(answers),
        "requests": [],
        "text": text,
    }
    handler = type("Handler", (StreamingProvider,), {**taken, "protocol_version": "HTTP/1.1"})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_address[1]}", handler
        http.shutdown()
