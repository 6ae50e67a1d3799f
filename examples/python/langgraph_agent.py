"""A LangGraph agent: model calls through the proxy, tools by the callback handler."""

import os

from langchain.agents import create_agent
from langchain_openai import ChatOpenAI

from whyops import WhyOps
from whyops.integrations.langchain import WhyOpsCallbackHandler


def search_orders(order_id: str) -> str:
    """Finds an order."""
    return f"order {order_id}: shipped"


sdk = WhyOps(agent_name="support-agent")
model = ChatOpenAI(
    model="gpt-4o",
    base_url=sdk.proxy_base_url + "/v1",
    api_key=os.environ["WHYOPS_API_KEY"],
    default_headers=sdk.proxy_headers("example-langgraph"),
)
agent = create_agent(model, [search_orders])
handler = WhyOpsCallbackHandler(sdk, trace_id="example-langgraph")
question = {"messages": [{"role": "user", "content": "Where is order 123?"}]}
result = agent.invoke(question, config={"callbacks": [handler]})
print(result["messages"][-1].content)
