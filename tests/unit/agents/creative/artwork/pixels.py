"""Reading a PNG, and how well one colour is read on another."""

import struct
import zlib


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""

    def luminance(colour: str) -> float:
        channels = [value / 255 for value in rgb(colour)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def decoded(data: bytes) -> list[bytes]:
    """The RGBA rows of an 8-bit PNG, by the specification."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, compressed, width, height = 8, b"", 0, 0
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        chunk = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
            assert (depth, colour) == (8, 6)
        elif kind == b"IDAT":
            compressed += chunk
        at += 12 + length
    raw, stride, rows = zlib.decompress(compressed), width * 4, []
    previous = bytearray(stride)
    for y in range(height):
        start = y * (stride + 1)
        previous = unfiltered(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), previous)
        rows.append(bytes(previous))
    return rows


def unfiltered(kind: int, row: bytearray, above: bytearray) -> bytearray:
    for i in range(len(row)) if kind else ():
        left, up, corner = (row[i - 4], above[i], above[i - 4]) if i >= 4 else (0, above[i], 0)
        if kind == 1:
            row[i] = (row[i] + left) & 255
        elif kind == 2:
            row[i] = (row[i] + up) & 255
        elif kind == 3:
            row[i] = (row[i] + (left + up) // 2) & 255
        else:
            guess = left + up - corner
            nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
            row[i] = (row[i] + nearest[2]) & 255
    return row
