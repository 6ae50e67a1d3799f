package dev.whyops.event.otlp;

/** Attribute names of the conventions in use; of each row the first that is present wins. */
final class Names {
  static final String[] PROVIDER = {
    "gen_ai.provider.name", "gen_ai.system", "llm.provider", "llm.system"
  };
  static final String[] MODEL = {
    "gen_ai.response.model",
    "gen_ai.request.model",
    "llm.model_name",
    "langfuse.observation.model.name"
  };
  static final String[] REQUESTED_MODEL = {"gen_ai.request.model", "llm.model_name"};
  static final String[] INPUT = {
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.prompt_tokens",
    "llm.token_count.prompt",
    "llm.usage.prompt_tokens"
  };
  static final String[] OUTPUT = {
    "gen_ai.usage.output_tokens",
    "gen_ai.usage.completion_tokens",
    "llm.token_count.completion",
    "llm.usage.completion_tokens"
  };
  static final String[] TOTAL = {
    "gen_ai.usage.total_tokens", "llm.token_count.total", "llm.usage.total_tokens"
  };
  static final String[] CACHE_READ = {
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.input_tokens.cached",
    "llm.token_count.prompt_details.cache_read"
  };
  static final String[] CACHE_WRITE = {
    "gen_ai.usage.cache_write.input_tokens",
    "gen_ai.usage.cache_creation.input_tokens",
    "gen_ai.usage.cache_creation_input_tokens",
    "gen_ai.usage.cache_write_input_tokens",
    "llm.token_count.prompt_details.cache_write"
  };
  static final String[] REASONING = {
    "gen_ai.usage.reasoning.output_tokens", "llm.token_count.completion_details.reasoning"
  };
  static final String[] INPUT_AUDIO = {"llm.token_count.prompt_details.audio"};
  static final String[] OUTPUT_AUDIO = {"llm.token_count.completion_details.audio"};
  static final String[] TOOL = {"gen_ai.tool.name", "tool.name", "traceloop.entity.name"};
  static final String[] TOOL_CALL_ID = {"gen_ai.tool.call.id", "tool_call.id"};
  static final String[] TOOL_ARGUMENTS = {
    "gen_ai.tool.call.arguments", "traceloop.entity.input", "input.value"
  };
  static final String[] TOOL_RESULT = {
    "gen_ai.tool.call.result", "traceloop.entity.output", "output.value"
  };
  static final String[] AGENT = {"gen_ai.agent.name", "agent.name", "traceloop.workflow.name"};
  static final String[] THREAD = {"gen_ai.conversation.id", "session.id", "langfuse.session.id"};
  static final String[] USER = {"user.id", "enduser.id", "langfuse.user.id"};
  static final String[] COST = {"gen_ai.usage.cost", "gen_ai.usage.total_cost", "llm.cost.total"};

  /** A provider's whole request and answer, where no messages were told apart. */
  static final String[] RAW_INPUT = {"langfuse.observation.input", "input.value"};

  static final String[] RAW_OUTPUT = {"langfuse.observation.output", "output.value"};

  private Names() {}
}
