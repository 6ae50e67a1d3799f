"""An OpenAI client whose calls become a trace. Needs WHYOPS_API_KEY."""

from openai import OpenAI

from whyops import WhyOps

sdk = WhyOps(agent_name="support-agent")
client = sdk.openai(OpenAI(api_key="YOUR_WHYOPS_API_KEY"))

with sdk.trace_context("example-openai", external_user_id="user-1"):
    question = [{"role": "user", "content": "Where is order 123?"}]
    completion = client.chat.completions.create(model="gpt-4o", messages=question)
print(completion.choices[0].message.content)
