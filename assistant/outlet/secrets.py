"""Secrets: what of a reply, a fault or a log nobody is told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

_SIGN = "***"

_NAME = (
    r"(?:[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|pwd|signature|credentials?|auth(?:orization)?)"
    r"|(?:[\w.-]*[-_.]|api|app|access)?key|(?:[\w.-]*[-_.])?sig|session(?:[-_]?id)?|appid)"
)
"""Name of a parameter or a header that holds a secret."""

_SHAPES = (
    (re.compile(r"(?<=://)[^\s/?#\"'<>]*@"), ""),  # user and password of an address
    (re.compile(rf"([?&;]{_NAME}=)[^\s&;#\"'<>]+", re.IGNORECASE), rf"\1{_SIGN}"),
    (
        re.compile(
            r"\b((?:proxy-)?authorization|(?:set-)?cookie|x-(?:api|auth)-\w+|api[-_]?key|access[-_]token)"
            r"([\"']?\s*[:=]\s*[\"']?)(?:(?:bearer|basic|digest|token)\s+)?[^\s,;&\"']+",
            re.IGNORECASE,
        ),
        rf"\1\2{_SIGN}",
    ),
    (re.compile(r"\b(Bearer|Basic|Digest) +(?=\S*[\d._~+/=-])[\w.~+/=-]{8,}"), rf"\1 {_SIGN}"),
)


def blanked(text: str, secrets: Iterable[str], shortest: int = 6) -> str:
    """Blank known secrets wherever they stand; one with less than `shortest` characters, like `on`, may be any word."""
    for secret in sorted({secret for secret in secrets if len(secret) >= shortest}, key=len, reverse=True):
        text = text.replace(secret, _SIGN)
    return text


def redacted(text: str, secrets: Iterable[str] = ()) -> str:
    """Blank known secrets, and all that stands in the place of one in an address or a header.

    >>> redacted("http://me:pw@host/a?api_key=1&x=2 refused Bearer abc-123-def", ["hunter2"])
    'http://host/a?api_key=***&x=2 refused Bearer ***'
    """
    text = blanked(text, secrets)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text


def secrets_of_address(url: str) -> set[str]:
    """Collect the password, or else the user, and the secret parameters of an address, as written and decoded."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return set()
    user = parts.netloc.rpartition("@")[0]
    values = re.findall(rf"(?:^|[&;]){_NAME}=([^&;]+)", parts.query, re.IGNORECASE)
    values.append(user.partition(":")[2] or user)
    return {form for value in values if value for form in (value, unquote(value))}


def secrets_of_header(name: str, value: str) -> set[str]:
    """Collect the words of a header whose name says that it holds a secret, but for the scheme before them."""
    if not re.fullmatch(rf"{_NAME}|(?:set-)?cookie", name, re.IGNORECASE):
        return set()
    return {value, *value.split()} - {"Bearer", "Basic", "Digest", "Token"}


_CONFIDED = r"passwords?|passphrases?|passcodes?|passwort|kennwort|pin(?: ?code| ?number)?"
"""Words of a sentence for what nobody else should know."""

_TOLD = re.compile(
    rf"\b((?:(?:(?:my|the|your|our|new|meine|die|das) )(?:\w+ )?(?:{_CONFIDED})"
    r"|pass(?:word|code|phrase)|(?:access|alarm|door|entry|gate|key ?safe|lock|safe|secret|security) ?code)\b"
    r"(?: (?:of|for|to|on|von|vom|für)(?: \w+){1,3}?)?(?:\s*[:=]|\s+(?:is|was|to|as|ist|lautet|auf)\b)"
    r"|\b(?:passwords?|passcodes?|pins?)(?=\s+\S*\d))\s*[^.;\n]+",
    re.IGNORECASE,
)
"""`the password of the router is hunter2`, `PIN 4711`: such a word and what follows it."""


def is_secret_name(name: str) -> bool:
    """True of a slot whose name says that its value is for nobody else: `code`, `pin`, `wifi_password`.

    >>> is_secret_name("alarm_code"), is_secret_name("postcode"), is_secret_name("text")
    (True, False, False)
    """
    return bool(re.fullmatch(rf"(?:\w+_)?(?:code|{_CONFIDED})|{_NAME}", name, re.IGNORECASE))


def without_confided(text: str, secrets: Iterable[str] = ()) -> str:
    """Blank the secret that a sentence confides, and known secrets as whole words, whatever their length.

    >>> without_confided("note that the wifi password is hunter2")
    'note that the wifi password is ***'
    """
    for secret in filter(None, secrets):
        text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", _SIGN, text, flags=re.IGNORECASE)
    return _TOLD.sub(rf"\1 {_SIGN}", redacted(text))
