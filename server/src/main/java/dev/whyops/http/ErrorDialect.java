package dev.whyops.http;

import dev.whyops.json.Json;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The shape in which a route's clients expect an error, so that their SDK turns it into its own
 * exception. Our code stands in {@code code} in each of them.
 */
public enum ErrorDialect {
  OPENAI {
    @Override
    ObjectNode shape(ApiException failure, String requestId) {
      ObjectNode error = Json.mapper().createObjectNode();
      error.put("message", failure.text());
      error.put("type", openAiType(failure.status()));
      error.putNull("param");
      error.put("code", failure.code());
      return wrap(error);
    }
  },
  ANTHROPIC {
    @Override
    ObjectNode shape(ApiException failure, String requestId) {
      ObjectNode error = Json.mapper().createObjectNode();
      error.put("type", anthropicType(failure.status()));
      error.put("message", failure.text());
      error.put("code", failure.code());
      ObjectNode root = Json.mapper().createObjectNode();
      root.put("type", "error");
      root.set("error", error);
      root.put("request_id", requestId);
      return root;
    }
  },
  OWN {
    @Override
    ObjectNode shape(ApiException failure, String requestId) {
      ObjectNode error = Json.mapper().createObjectNode();
      error.put("code", failure.code());
      error.put("message", failure.text());
      error.put("requestId", requestId);
      addDetails(error, failure);
      return wrap(error);
    }
  };

  /** The JSON text of a failure. */
  public byte[] body(ApiException failure, String requestId) {
    return Json.mapper().writeValueAsBytes(shape(failure, requestId));
  }

  abstract ObjectNode shape(ApiException failure, String requestId);

  private static ObjectNode wrap(ObjectNode error) {
    ObjectNode root = Json.mapper().createObjectNode();
    root.set("error", error);
    return root;
  }

  private static void addDetails(ObjectNode error, ApiException failure) {
    if (failure.details().isEmpty()) {
      return;
    }
    ArrayNode details = error.putArray("details");
    for (ApiException.Detail detail : failure.details()) {
      ObjectNode item = details.addObject();
      item.put("index", detail.index());
      item.put("field", detail.field());
      item.put("message", detail.message());
      item.put("code", detail.code());
    }
  }

  private static String openAiType(int status) {
    if (status == 429) {
      return "rate_limit_error";
    }
    return status >= 500 ? "server_error" : "invalid_request_error";
  }

  private static String anthropicType(int status) {
    return switch (status) {
      case 401 -> "authentication_error";
      case 403 -> "permission_error";
      case 404 -> "not_found_error";
      case 413 -> "request_too_large";
      case 429 -> "rate_limit_error";
      case 504 -> "timeout_error";
      default -> status >= 500 ? "api_error" : "invalid_request_error";
    };
  }
}
