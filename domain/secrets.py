"""How a text that may hold a secret is shown: in logs, on the command line and in answers."""

import re

HIDDEN = "***"
_PASSWORD = re.compile(r"(\b[a-z][a-z0-9+.\-]*+://[^\s/?#@:'\"]*+:)[^\s'\"]+@", re.IGNORECASE)
"""Up to the last `@`: a password that nobody has escaped may hold any character."""
_PARAMETER = re.compile(
    r"([?&;][^=&;\s'\"]*(?:pass|pwd|token|secret|key|credential|signature)[^=&;\s'\"]*=)[^&;\s'\"]+", re.IGNORECASE
)


def masked(text: str) -> str:
    """The text without the passwords of its URLs, in the address or among the parameters."""
    if "://" not in text and "=" not in text:
        return text
    return _PARAMETER.sub(rf"\g<1>{HIDDEN}", _PASSWORD.sub(rf"\g<1>{HIDDEN}@", text))
