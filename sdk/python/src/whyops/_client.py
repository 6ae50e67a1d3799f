"""The entry: one ``WhyOps`` per agent and process."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import (
    Any,
    Callable,
    Iterator,
    Mapping,
    Optional,
    Type,
    TypeVar,
    Union,
    overload,
)

from . import _context, _events, _log, _settings, _tools
from ._agent import AgentInfo, registration
from ._proxy import Patcher
from ._sender import QUEUE_EVENTS_MAX, Sender, Stats
from ._trace import COMMON_KEYWORDS, Trace, place
from ._transport import Transport

C = TypeVar("C")
F = TypeVar("F", bound=Callable[..., Any])

_FIRST_BATCH_WAITS_SECONDS = 1.0


class WhyOps:
    """Sends an agent's model calls through the WhyOps proxy and its own steps as runtime events.

    Every argument may be left out: ``WHYOPS_API_KEY``, ``WHYOPS_AGENT_NAME``,
    ``WHYOPS_PROXY_BASE_URL``, ``WHYOPS_ANALYSE_BASE_URL`` and ``WHYOPS_ENABLED`` of the environment
    count then. With ``enabled=False`` every call is a no-op and provider clients stay as they are.

    Never raises because of WhyOps, with one exception: ``openai`` and ``anthropic`` raise
    ``TypeError`` at once for a client that they cannot send through the proxy.

    Thread-safe, fork-safe and usable from asyncio.
    """

    def __init__(
        self,
        api_key: Optional[str] = None,
        agent_name: Optional[str] = None,
        agent_metadata: Optional[Mapping[str, Any]] = None,
        proxy_base_url: Optional[str] = None,
        analyse_base_url: Optional[str] = None,
        *,
        enabled: Optional[bool] = None,
        queue_size: int = QUEUE_EVENTS_MAX,
    ) -> None:
        settings = _settings.resolve(api_key, agent_name, proxy_base_url, analyse_base_url, enabled)
        self.agent_name = settings.agent_name
        self.agent_metadata = agent_metadata
        self.proxy_base_url = settings.proxy_base_url
        self.analyse_base_url = settings.analyse_base_url
        self.enabled = settings.enabled
        self._api_key = settings.api_key
        self._registration = (
            registration(self.analyse_base_url, self._api_key, self.agent_name, agent_metadata)
            if self.enabled and self.agent_name and self._api_key
            else None
        )
        self._patcher = Patcher(self.proxy_base_url, self._api_key, self.agent_name)
        self._sender = Sender(
            Transport(self.analyse_base_url, self._api_key),
            queue_events_max=queue_size,
            before_first_batch=self._before_first_batch,
        )

    def openai(self, client: C) -> C:
        """Sends an ``OpenAI`` or ``AsyncOpenAI`` client through the proxy; returns that client."""
        return self._patch(client, "openai")

    def anthropic(self, client: C) -> C:
        """Sends an ``Anthropic`` or ``AsyncAnthropic`` client through the proxy; returns it."""
        return self._patch(client, "anthropic")

    def proxy_headers(
        self,
        trace_id: Optional[str] = None,
        *,
        thread_id: Optional[str] = None,
        external_user_id: Optional[str] = None,
    ) -> dict[str, str]:
        """Headers for a client that the helpers do not know, such as a framework's own.

        Give it ``proxy_base_url`` and the WhyOps key too. Without ``trace_id`` the current
        ``trace_context`` counts. Empty when WhyOps is disabled.
        """
        if not self.enabled:
            return {}
        headers = dict(_context.agent_headers(self.agent_name))
        scope = _context.current()
        if trace_id is not None:
            scope = _context.Scope(trace_id, thread_id, external_user_id)
        headers.update(_context.scope_headers(scope))
        return headers

    def direct(self, client: C) -> C:
        """Marks a client as one that never goes through the proxy.

        Patched clients stay patched. For calls that WhyOps must not see, keep a second client with
        the provider's own key: ``direct = sdk.direct(OpenAI(api_key=provider_key))``. The mark
        makes ``openai`` and ``anthropic`` refuse it, so that it cannot be patched by mistake.
        """
        self._patcher.mark_direct(client)
        return client

    def trace(
        self,
        trace_id: str,
        *,
        thread_id: Optional[str] = None,
        external_user_id: Optional[str] = None,
        agent_name: Optional[str] = None,
    ) -> Trace:
        """A builder for the events of one trace; as cheap as an object, keep it or make it anew."""
        return Trace(
            self,
            trace_id,
            thread_id=thread_id,
            external_user_id=external_user_id,
            agent_name=agent_name,
        )

    @contextmanager
    def trace_context(
        self,
        trace_id: str,
        *,
        thread_id: Optional[str] = None,
        external_user_id: Optional[str] = None,
    ) -> Iterator[Trace]:
        """Puts every call of patched clients inside the block into this trace."""
        trace = self.trace(trace_id, thread_id=thread_id, external_user_id=external_user_id)
        with _context.entered(trace.scope()):
            yield trace

    @contextmanager
    def answering(self, tool_call: Any) -> Iterator[None]:
        """Ties the ``@sdk.tool`` functions called inside the block to a model's tool call."""
        scope = _context.current()
        if scope is None:
            yield
            return
        with _context.entered(replace(scope, tool_call_id=_tools.tool_call_id(tool_call))):
            yield

    @overload
    def tool(self, function: F) -> F: ...

    @overload
    def tool(self, *, name: Optional[str] = None) -> Callable[[F], F]: ...

    def tool(
        self, function: Optional[F] = None, *, name: Optional[str] = None
    ) -> Union[F, Callable[[F], F]]:
        """Records each call of a function as a tool of the current trace: time, result, error."""
        if function is None:
            return lambda decorated: _tools.decorated(self, decorated, name)
        return _tools.decorated(self, function, name)

    def init_agent_sync(self) -> Optional[AgentInfo]:
        """Registers the agent's definition; ``None``, and one log line, when that fails."""
        if not self.enabled:
            return None
        if self._registration is None:
            _log.warn("agent_init", "no API key or no agent name is set; nothing registered")
            return None
        return self._registration.register()

    async def init_agent(self) -> Optional[AgentInfo]:
        return await asyncio.get_running_loop().run_in_executor(None, self.init_agent_sync)

    def flush(self, timeout: float = 5.0) -> bool:
        """Waits until the events so far are with the server; ``False`` when time ran out."""
        return self._sender.flush(timeout)

    async def aflush(self, timeout: float = 5.0) -> bool:
        return await asyncio.get_running_loop().run_in_executor(None, self.flush, timeout)

    def close(self, timeout: float = 5.0) -> bool:
        """Flushes and stops sending; events after it are dropped and counted."""
        return self._sender.close(timeout)

    async def aclose(self, timeout: float = 5.0) -> bool:
        return await asyncio.get_running_loop().run_in_executor(None, self.close, timeout)

    @property
    def stats(self) -> Stats:
        """Counters of the event queue."""
        return self._sender.stats()

    def __enter__(self) -> WhyOps:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __repr__(self) -> str:  # never the key
        return f"WhyOps(agent_name={self.agent_name!r}, proxy_base_url={self.proxy_base_url!r})"

    def _patch(self, client: C, kind: str) -> C:
        if not self.enabled:
            return client
        self._patcher.patch(client, kind)
        self._register_in_background()
        return client

    def _register_in_background(self) -> None:
        # Without a definition there is nothing to register: the server learns the agent from its
        # first call, and an empty definition must not become its newest version.
        if self._registration is not None and self.agent_metadata:
            self._registration.start()

    def _trace_of(self, scope: _context.Scope) -> Trace:
        return self.trace(
            scope.trace_id, thread_id=scope.thread_id, external_user_id=scope.external_user_id
        )

    def _before_first_batch(self) -> None:
        if self._registration is not None:
            self._registration.wait(_FIRST_BATCH_WAITS_SECONDS)

    def _enqueue(
        self,
        trace: Trace,
        event_type: str,
        content: Any,
        metadata: dict[str, Any],
        common: Mapping[str, Any],
    ) -> None:
        """Encodes now and queues. Whatever goes wrong here is counted, never raised."""
        if not self.enabled:
            return
        try:
            agent_name = trace.agent_name or self.agent_name
            if not agent_name or not self._api_key:
                _log.warn("settings", "no agent name or no API key is set; events are not sent")
                return
            if not common.keys() <= COMMON_KEYWORDS:
                unknown = ", ".join(sorted(common.keys() - COMMON_KEYWORDS))
                _log.warn("arguments", f"{event_type}: unknown arguments ignored: {unknown}")
            event = _events.build(
                event_type,
                place(trace, agent_name, common),
                content,
                metadata,
                common.get("timestamp"),
            )
            encoded, truncated = _events.encode(event)
            if truncated:
                self._sender.truncated += 1
                _log.warn("truncated", f"a {event_type} over 1 MiB was shortened")
            self._register_in_background()
            self._sender.put(encoded)
        except Exception as error:
            self._sender.internal_errors += 1
            _log.warn("event", f"a {event_type} could not be recorded: {error!r}")
