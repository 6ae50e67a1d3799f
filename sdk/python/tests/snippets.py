"""The documented code, run as it stands: nothing in a snippet is edited before it runs."""

from __future__ import annotations

import ast
import inspect
from typing import Any

OPENAI = """
client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
completion = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Where is order 123?"}])
"""

OPENAI_STREAMED = """
client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
stream = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Where is order 123?"}], stream=True)
answer = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
"""

OPENAI_ASYNC = """
client = sdk.openai(AsyncOpenAI(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
completion = await client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Where is order 123?"}])
"""

OPENAI_ASYNC_STREAMED = """
client = sdk.openai(AsyncOpenAI(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
stream = await client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Where is order 123?"}], stream=True)
answer = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
"""

ANTHROPIC = """
client = sdk.anthropic(Anthropic(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
message = client.messages.create(model="claude-3-5-sonnet-20241022", max_tokens=800, messages=[{"role": "user", "content": "Where is order 123?"}])
"""

ANTHROPIC_STREAMED = """
client = sdk.anthropic(Anthropic(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
with client.messages.stream(model="claude-3-5-sonnet-20241022", max_tokens=800, messages=[{"role": "user", "content": "Where is order 123?"}]) as stream:
    answer = "".join(stream.text_stream)
"""

ANTHROPIC_ASYNC = """
client = sdk.anthropic(AsyncAnthropic(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
message = await client.messages.create(model="claude-3-5-sonnet-20241022", max_tokens=800, messages=[{"role": "user", "content": "Where is order 123?"}])
"""

ANTHROPIC_ASYNC_STREAMED = """
client = sdk.anthropic(AsyncAnthropic(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {**(client.default_headers or {}), "X-Trace-ID": trace_id, "X-Thread-ID": trace_id, "X-External-User-Id": current_user.id}
async with client.messages.stream(model="claude-3-5-sonnet-20241022", max_tokens=800, messages=[{"role": "user", "content": "Where is order 123?"}]) as stream:
    answer = "".join([text async for text in stream.text_stream])
"""

CALLS = {
    "openai": OPENAI,
    "openai streamed": OPENAI_STREAMED,
    "openai async": OPENAI_ASYNC,
    "openai async streamed": OPENAI_ASYNC_STREAMED,
    "anthropic": ANTHROPIC,
    "anthropic streamed": ANTHROPIC_STREAMED,
    "anthropic async": ANTHROPIC_ASYNC,
    "anthropic async streamed": ANTHROPIC_ASYNC_STREAMED,
}

HYBRID = """
trace_id = "checkout-8841"
client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))
client.default_headers = {
    **(client.default_headers or {}),
    "X-Trace-ID": trace_id,
    "X-Thread-ID": trace_id,
}
trace = sdk.trace(trace_id)

span_id = trace.tool_call_request_sync(
    "charge_card",
    [{"name": "charge_card", "arguments": {"amount": 4999, "currency": "usd"}}],
)

result = charge_card()

trace.tool_call_response_sync(
    "charge_card",
    span_id,
    [{"name": "charge_card", "arguments": {"amount": 4999, "currency": "usd"}}],
    result,
)
"""


async def run(source: str, names: dict[str, Any]) -> dict[str, Any]:
    """Executes a snippet, with ``await`` allowed at its top level, in a namespace of its own."""
    code = compile(source, "<snippet>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    namespace = dict(names)
    pending = eval(code, namespace)
    if inspect.isawaitable(pending):
        await pending
    return namespace


def answer_of(namespace: dict[str, Any]) -> str:
    if "answer" in namespace:
        return namespace["answer"]
    if "completion" in namespace:
        return namespace["completion"].choices[0].message.content
    return namespace["message"].content[0].text
