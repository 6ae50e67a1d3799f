"""OpenTelemetry without an SDK of ours: OpenInference's instrumentation and the OTLP exporter."""

import os

from openai import OpenAI
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

gateway = os.environ.get("WHYOPS_PROXY_BASE_URL", "http://127.0.0.1:8080")
exporter = OTLPSpanExporter(
    endpoint=f"{gateway}/v1/traces",
    headers={"Authorization": f"Bearer {os.environ['WHYOPS_API_KEY']}"},
)
provider = TracerProvider(resource=Resource.create({"service.name": "support-agent"}))
provider.add_span_processor(BatchSpanProcessor(exporter))
OpenAIInstrumentor().instrument(tracer_provider=provider)

client = OpenAI()  # straight to the provider: the span tells the call
completion = client.chat.completions.create(
    model="gpt-4o", messages=[{"role": "user", "content": "Where is order 123?"}]
)
print(completion.choices[0].message.content)
provider.shutdown()
