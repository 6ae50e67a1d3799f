"""Sends a provider's own client through the WhyOps proxy, in place.

The client gets a subclass of its own class. That keeps the object, ``isinstance`` and everything
the class does, and makes room for what the class lacks: a setter of ``default_headers``, and trace
headers taken from the context at each call. Copies (``with_options``, ``copy``) are made by the
same subclass, so they go through the proxy too, whatever address or key they are given.
Neither provider package is imported here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

from . import _context
from ._settings import without_v1

_DIRECT_MARK = "_whyops_direct"
_CREDENTIAL_HEADERS = frozenset({"authorization", "x-api-key", "api-key"})


@dataclass(frozen=True)
class _Kind:
    """What differs between the two packages."""

    package: str
    classes: frozenset[str]
    helper: str
    key_header: str
    environment_headers: str

    def key_value(self, api_key: str) -> str:
        return f"Bearer {api_key}" if self.key_header == "Authorization" else api_key


_KINDS = {
    "openai": _Kind(
        "openai",
        frozenset({"OpenAI", "AsyncOpenAI"}),
        "sdk.openai",
        "Authorization",
        "OPENAI_CUSTOM_HEADERS",
    ),
    "anthropic": _Kind(
        "anthropic",
        frozenset({"Anthropic", "AsyncAnthropic"}),
        "sdk.anthropic",
        "X-Api-Key",
        "ANTHROPIC_CUSTOM_HEADERS",
    ),
}


class Patcher:
    """Patches clients for one proxy, key and agent."""

    def __init__(self, proxy_base_url: str, api_key: Optional[str], agent_name: Optional[str]):
        self._proxy_base_url = proxy_base_url
        self._api_key = api_key
        self._agent_headers = _context.agent_headers(agent_name)
        self._subclasses: Dict[type, type] = {}

    def patch(self, client: Any, kind_name: str) -> None:
        """Changes the client in place, or raises ``TypeError`` and leaves it as it was."""
        kind = _KINDS[kind_name]
        if getattr(type(client), "_whyops_patcher", None) is self and _is_of(client, kind):
            return
        base = getattr(type(client), "_whyops_base", type(client))
        _check(client, base, kind)
        key = self._key_for(client)
        original_class = type(client)
        before = dict(client.__dict__)
        try:
            client.__class__ = self._subclass(base, kind)
            self.redirect(client, kind, key)
            client._custom_headers = {
                name: value
                for name, value in dict(client._custom_headers or {}).items()
                if not (name.lower() in _CREDENTIAL_HEADERS and isinstance(value, str))
            }
        except Exception as error:
            client.__class__ = original_class
            client.__dict__.clear()
            client.__dict__.update(before)
            raise TypeError(
                f"{kind.helper}() cannot patch this {base.__name__} ({error}); the client is "
                f"unchanged. Give it base_url={self._base_url(kind)!r} and the WhyOps key instead."
            ) from error

    def mark_direct(self, client: Any) -> None:
        if hasattr(type(client), "_whyops_base"):
            raise TypeError(
                "sdk.direct(): this client already goes through WhyOps. Make a second client with "
                "the provider's own key for direct traffic."
            )
        setattr(client, _DIRECT_MARK, True)

    def redirect(self, client: Any, kind: _Kind, key: str) -> None:
        """One address, one credential: a WhyOps key goes to the proxy, and nothing else does."""
        client.base_url = self._base_url(kind)
        if "websocket_base_url" in client.__dict__:
            client.websocket_base_url = None  # derived from base_url then
        _use_key(client, key)

    def redirect_copy(self, client: Any, kind: _Kind) -> None:
        """A copy may have been given another address or key; only a WhyOps key is taken over."""
        _refuse_own_provider(client, kind)
        given = client.api_key
        is_ours = isinstance(given, str) and given.startswith("whyops_")
        self.redirect(client, kind, given if is_ours else self._key_for(client))

    def _base_url(self, kind: _Kind) -> str:
        # Anthropic's client adds /v1 itself.
        if kind.package == "anthropic":
            return without_v1(self._proxy_base_url)
        return self._proxy_base_url

    def _key_for(self, client: Any) -> str:
        if self._api_key:
            return self._api_key
        own = getattr(client, "api_key", None)
        if isinstance(own, str) and own.startswith("whyops_"):
            return own
        raise TypeError(
            "No WhyOps API key: pass WhyOps(api_key=…) or set WHYOPS_API_KEY. The client is "
            "unchanged; a provider's key is never sent to the proxy."
        )

    def _subclass(self, base: type, kind: _Kind) -> type:
        found = self._subclasses.get(base)
        if found is None:
            found = self._subclasses[base] = _make_subclass(base, kind, self)
        return found

    def own_headers(self, client: Any, kind: _Kind) -> Dict[str, Any]:
        headers: Dict[str, Any] = dict(self._agent_headers)
        api_key = getattr(client, "api_key", None)
        if api_key:
            headers[kind.key_header] = kind.key_value(api_key)
        return headers


def _make_subclass(base: type, kind: _Kind, patcher: Patcher) -> type:
    inherited = getattr(base, "default_headers", None)
    if not isinstance(inherited, property) or not callable(getattr(base, "_build_headers", None)):
        raise TypeError(f"this version of the {kind.package} package is not supported")
    parent: Any = base

    def read(client: Any) -> Dict[str, Any]:
        """The package's headers, then ours, then the client's own: the last one wins."""
        own = dict(client._custom_headers or {})
        headers: Dict[str, Any] = dict(inherited.__get__(client))
        overridden = {name.lower() for name in own}
        for name, value in patcher.own_headers(client, kind).items():
            if name.lower() not in overridden:
                _replace(headers, name, value)
        return headers

    def write(client: Any, value: Optional[Mapping[str, Any]]) -> None:
        """Replaces the client's own headers; what it would send anyway is not kept twice."""
        client._custom_headers = {}
        without_own = read(client)
        client._custom_headers = {
            name: item
            for name, item in dict(value or {}).items()
            if name not in without_own or not _same(without_own[name], item)
        }

    def initialise(client: Any, *args: Any, **kwargs: Any) -> None:
        parent.__init__(client, *args, **kwargs)
        patcher.redirect_copy(client, kind)
        _drop_environment_credentials(client, kind)

    def build_headers(client: Any, options: Any, *args: Any, **kwargs: Any) -> Any:
        headers = parent._build_headers(client, options, *args, **kwargs)
        explicit = {str(name).lower() for name in (getattr(options, "headers", None) or {})}
        for name, value in _context.scope_headers(_context.current()).items():
            if name.lower() not in explicit:
                headers[name] = value
        return headers

    # The name stays: the packages send it as User-Agent.
    return type(base)(
        base.__name__,
        (base,),
        {
            "__slots__": (),
            "__module__": base.__module__,
            "__qualname__": base.__qualname__,
            "__doc__": base.__doc__,
            "__init__": initialise,
            "default_headers": property(read, write),
            "_build_headers": build_headers,
            "_whyops_base": base,
            "_whyops_patcher": patcher,
        },
    )


def _check(client: Any, base: type, kind: _Kind) -> None:
    if not _is_of(client, kind):
        raise TypeError(_wrong_kind(base, kind))
    for ancestor in base.__mro__:
        if ancestor.__module__.startswith(f"{kind.package}.lib."):
            raise TypeError(
                f"{kind.helper}() takes no {base.__name__}: its requests are addressed and signed "
                f"for another platform. Add that platform as a provider in WhyOps and use a plain "
                f"{'OpenAI' if kind.package == 'openai' else 'Anthropic'} client."
            )
    if getattr(client, _DIRECT_MARK, False):
        raise TypeError(f"{kind.helper}(): this client was marked by sdk.direct(); make another.")
    _refuse_own_provider(client, kind)


def _refuse_own_provider(client: Any, kind: _Kind) -> None:
    for name in ("_provider", "_provider_runtime", "workload_identity"):
        if getattr(client, name, None) is not None:
            raise TypeError(
                f"{kind.helper}() takes no client with a provider of its own ({name.strip('_')}): "
                f"its credentials cannot be replaced. Use a plain client with the WhyOps key."
            )


def _wrong_kind(base: type, kind: _Kind) -> str:
    for other in _KINDS.values():
        if other is not kind and base.__module__.split(".")[0] == other.package:
            return f"{kind.helper}() takes no {base.__name__}; use {other.helper}() for it."
    expected = " or ".join(sorted(kind.classes))
    return f"{kind.helper}() takes an instance of {expected}, not {base.__name__}."


def _is_of(client: Any, kind: _Kind) -> bool:
    return any(
        ancestor.__name__ in kind.classes and ancestor.__module__.split(".")[0] == kind.package
        for ancestor in type(client).__mro__
    )


def _use_key(client: Any, key: str) -> None:
    """One credential only: two different ones in a request are refused by the gateway."""
    client.api_key = key
    for name in (
        "_api_key_provider",
        "admin_api_key",
        "auth_token",
        "credentials",
        "_token_cache",
        "_custom_auth",
        "_unchosen_base_url",
    ):
        if name in client.__dict__:
            setattr(client, name, None)
    if "_credential_headers" in client.__dict__:
        client._credential_headers = {}


def _drop_environment_credentials(client: Any, kind: _Kind) -> None:
    """A copy reads the environment's headers again; credentials among them must not go up."""
    from_environment = os.environ.get(kind.environment_headers)
    if from_environment and client._custom_headers:
        client._custom_headers = {
            name: value
            for name, value in client._custom_headers.items()
            if not (
                name.lower() in _CREDENTIAL_HEADERS
                and isinstance(value, str)
                and value in from_environment
            )
        }


def _same(generated: Any, given: Any) -> bool:
    """Equal text, or two marks of the package (``Omit``), which have no equality of their own."""
    if isinstance(generated, str) or isinstance(given, str):
        return bool(generated == given)
    return type(generated) is type(given)


def _replace(headers: Dict[str, Any], name: str, value: Any) -> None:
    """Keeps the spelling that the package uses: some versions look its own headers up by it."""
    spellings = [key for key in headers if key.lower() == name.lower()]
    for spelling in spellings or [name]:
        headers[spelling] = value
