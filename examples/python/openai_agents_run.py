"""The OpenAI Agents SDK: model calls through the proxy, tools by the tracing processor."""

from agents import Agent, OpenAIChatCompletionsModel, Runner, function_tool, set_trace_processors
from openai import AsyncOpenAI

from whyops import WhyOps
from whyops.integrations.openai_agents import WhyOpsTracingProcessor


@function_tool
def search_orders(order_id: str) -> str:
    """Finds an order."""
    return f"order {order_id}: shipped"


sdk = WhyOps(agent_name="support-agent")
set_trace_processors([WhyOpsTracingProcessor(sdk)])
client = sdk.openai(AsyncOpenAI(api_key="YOUR_WHYOPS_API_KEY"))
model = OpenAIChatCompletionsModel(model="gpt-4o", openai_client=client)
agent = Agent(name="Support", tools=[search_orders], model=model)
with sdk.trace_context("example-openai-agents"):
    result = Runner.run_sync(agent, "Where is order 123?")
print(result.final_output)
