"""A LlamaIndex agent: model calls through the proxy, tools by the instrumentation."""

import asyncio
import os

from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai import OpenAI

from whyops import WhyOps
from whyops.integrations.llamaindex import instrument


def search_orders(order_id: str) -> str:
    """Finds an order."""
    return f"order {order_id}: shipped"


sdk = WhyOps(agent_name="support-agent")
instrument(sdk, trace_id="example-llamaindex")
llm = OpenAI(
    model="gpt-4o",
    api_base=sdk.proxy_base_url + "/v1",
    api_key=os.environ["WHYOPS_API_KEY"],
    default_headers=sdk.proxy_headers("example-llamaindex"),
)


async def main() -> None:
    print(await FunctionAgent(tools=[search_orders], llm=llm).run(user_msg="Where is order 123?"))


asyncio.run(main())
