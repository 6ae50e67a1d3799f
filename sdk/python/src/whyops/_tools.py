"""Times tools and ties them to the model's tool call."""

from __future__ import annotations

import functools
import inspect
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Type, TypeVar

from . import _context, _ids, _log

if TYPE_CHECKING:
    from ._client import WhyOps
    from ._trace import Trace

F = TypeVar("F", bound=Callable[..., Any])


class ToolCall:
    """One running tool. Model calls and events inside it belong to its span."""

    def __init__(
        self,
        trace: Trace,
        name: str,
        args: Any,
        *,
        tool_call: Any = None,
        common: Optional[Mapping[str, Any]] = None,
    ) -> None:
        self._trace = trace
        self._name = name
        self._common = dict(common or {})
        self._result: Any = None
        self._failure: Any = None
        self._calls = [_described(name, args, tool_call)]
        self._started = 0.0
        self._scope: Optional[AbstractContextManager[Any]] = None
        self.span_id: str = self._common.pop("span_id", None) or _ids.span_id()

    def result(self, value: Any) -> Any:
        """Notes the tool's output and gives it back, so that it can be returned in one line."""
        self._result = value
        return value

    def failed(self, error: Any) -> None:
        """Notes a failure that was handled and is not raised."""
        self._failure = error

    def __enter__(self) -> ToolCall:
        self._started = time.perf_counter()
        self._trace.tool_call_request_sync(
            self._name, self._calls, span_id=self.span_id, **self._common
        )
        self._scope = _context.entered(self._trace.scope(self.span_id))
        self._scope.__enter__()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        if self._scope is not None:
            self._scope.__exit__(None, None, None)
        failure = error if error is not None else self._failure
        output = self._result if failure is None else {"error": _failure_text(failure)}
        self._trace.tool_call_response_sync(
            self._name,
            self.span_id,
            self._calls,
            output,
            latency_ms=round((time.perf_counter() - self._started) * 1000, 3),
            is_error=failure is not None,
            **{name: value for name, value in self._common.items() if name != "idempotency_key"},
        )

    async def __aenter__(self) -> ToolCall:
        return self.__enter__()

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.__exit__(kind, error, traceback)


def decorated(sdk: WhyOps, function: F, name: Optional[str]) -> F:
    """Records each call of ``function`` in the current trace; outside of one it just calls it."""
    tool_name = name or str(getattr(function, "__name__", "tool"))
    signature = _signature(function)

    def begin(args: tuple[Any, ...], kwargs: Dict[str, Any]) -> Optional[ToolCall]:
        scope = _context.current()
        if scope is None or not sdk.enabled:
            if sdk.enabled:
                _log.warn("no_trace", f"{tool_name}() ran outside trace_context(); not recorded")
            return None
        return sdk._trace_of(scope).tool(
            tool_name, _arguments(signature, args, kwargs), tool_call=scope.tool_call_id
        )

    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def call_async(*args: Any, **kwargs: Any) -> Any:
            tool = begin(args, kwargs)
            if tool is None:
                return await function(*args, **kwargs)
            with tool:
                return tool.result(await function(*args, **kwargs))

        return call_async  # type: ignore[return-value]

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        tool = begin(args, kwargs)
        if tool is None:
            return function(*args, **kwargs)
        with tool:
            return tool.result(function(*args, **kwargs))

    return call  # type: ignore[return-value]


def tool_call_id(tool_call: Any) -> Optional[str]:
    """The id of a model's tool call: text, a mapping, or an object of a provider's client."""
    if tool_call is None or isinstance(tool_call, str):
        return tool_call
    for name in ("call_id", "id"):  # an output item of Responses has both; the call's counts
        value = (
            tool_call.get(name)
            if isinstance(tool_call, Mapping)
            else getattr(tool_call, name, None)
        )
        if isinstance(value, str):
            return value
    return None


def _described(name: str, args: Any, tool_call: Any) -> Dict[str, Any]:
    described: Dict[str, Any] = {"name": name, "arguments": {} if args is None else args}
    call_id = tool_call_id(tool_call)
    if call_id is not None:
        described["id"] = call_id
    return described


def _failure_text(failure: Any) -> Dict[str, Any]:
    if isinstance(failure, BaseException):
        return {"type": type(failure).__name__, "message": str(failure)}
    return {"message": str(failure)}


def _signature(function: Callable[..., Any]) -> Optional[inspect.Signature]:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def _arguments(
    signature: Optional[inspect.Signature], args: tuple[Any, ...], kwargs: Dict[str, Any]
) -> Dict[str, Any]:
    if signature is not None:
        try:
            bound = dict(signature.bind(*args, **kwargs).arguments)
            bound.pop("self", None)
            return bound
        except TypeError:  # the call itself will tell the host
            pass
    return {"args": list(args), **kwargs} if args else dict(kwargs)
