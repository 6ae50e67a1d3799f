package dev.whyops.agent;

import dev.whyops.endpoint.Endpoint;
import dev.whyops.endpoint.Request;
import dev.whyops.http.Answer;
import dev.whyops.http.ApiException;
import dev.whyops.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Registers an agent: {@code POST /v1/agents/init}, {@code /agents/init} and {@code
 * /api/entities/init}. 201 for a version that is new, 200 for one that is known. The caller's scope
 * {@code ingest} was checked before.
 */
public final class InitHandler implements Endpoint {
  private final Agents agents;

  public InitHandler(Agents agents) {
    this.agents = agents;
  }

  @Override
  public Answer handle(Request request) {
    ObjectNode body = read(request.body());
    List<String> warnings = new ArrayList<>();
    InitBody init = InitBody.check(body, warnings);
    AgentVersion version =
        agents.init(
            request.caller().scope(),
            request.caller().environment(),
            init.agentName(),
            init.metadata().toString());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("success", true);
    answer.put("agentId", version.agentId());
    answer.put("agentVersionId", version.agentVersionId());
    answer.put("status", version.created() ? "created" : "existing");
    answer.put("versionHash", version.versionHash());
    return new Answer(
        version.created() ? 201 : 200,
        Json.mapper().writeValueAsBytes(answer),
        warnings.isEmpty() ? Map.of() : Map.of("X-WhyOps-Warning", String.join(", ", warnings)));
  }

  private static ObjectNode read(byte[] body) {
    try {
      if (StrictJson.read(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new ApiException(
          400, "invalid_json", "The body is not valid JSON: " + StrictJson.reason(e));
    }
    throw new ApiException(400, "invalid_json", "The body is a JSON object.");
  }
}
