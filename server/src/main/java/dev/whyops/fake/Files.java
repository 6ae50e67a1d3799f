package dev.whyops.fake;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@code /v1/files}: keeps what is uploaded, the newest 64. Thread-safe. */
final class Files {
  private static final int KEPT_MAX = 64;
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final Pattern NAME = Pattern.compile("[; ]name=\"([^\"]*)\"");
  private static final Pattern FILE_NAME = Pattern.compile("filename=\"([^\"]*)\"");

  /** An uploaded file. */
  private record Kept(ObjectNode json, byte[] content) {}

  private final Map<String, Kept> kept = new LinkedHashMap<>();

  Reply reply(Asked asked, long created) {
    String[] parts = asked.path().split("/");
    String method = asked.seen().method();
    if (parts.length == 2) {
      return method.equals("POST") ? upload(asked.seen(), created) : list();
    }
    Kept file = find(parts[2]);
    if (file == null) {
      return Reply.json(
          404,
          OpenAiVoice.error(
              "No such File object: " + parts[2], "invalid_request_error", "file_not_found"));
    }
    if (method.equals("DELETE")) {
      forget(parts[2]);
      return Reply.json(
          200, Tree.text(Tree.object("id", parts[2], "object", "file", "deleted", true)));
    }
    if (parts.length > 3 && parts[3].equals("content")) {
      return Reply.bytes(200, "application/octet-stream", file.content());
    }
    return Reply.json(200, Tree.text(file.json()));
  }

  /**
   * The hash of a body, with the random boundary of a form taken out: equal forms, equal hashes.
   */
  static String bodyHash(Seen seen) {
    Matcher boundary = BOUNDARY.matcher(contentType(seen));
    if (!boundary.find()) {
      return seen.bodySha256();
    }
    String form = latin(seen.body()).replace(Objects.requireNonNull(boundary.group(1)), "");
    return HexFormat.of()
        .formatHex(Wire.sha256().digest(form.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private Reply upload(Seen seen, long created) {
    String purpose = "";
    String fileName = "";
    byte[] content = new byte[0];
    for (Part part : parts(seen)) {
      Matcher named = NAME.matcher(part.head());
      String name = named.find() ? String.valueOf(named.group(1)) : "";
      if (name.equals("purpose")) {
        purpose = part.body();
      } else if (name.equals("file")) {
        Matcher file = FILE_NAME.matcher(part.head());
        fileName = file.find() ? utf8(String.valueOf(file.group(1))) : "";
        content = part.body().getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    if (purpose.isEmpty()) {
      return Reply.json(
          400,
          OpenAiVoice.error("'purpose' is a required property", "invalid_request_error", null));
    }
    String id = "file-" + HexFormat.of().formatHex(Wire.sha256().digest(content)).substring(0, 24);
    ObjectNode json =
        Tree.object(
            "object",
            "file",
            "id",
            id,
            "purpose",
            purpose,
            "filename",
            fileName,
            "bytes",
            content.length,
            "created_at",
            created,
            "status",
            "processed");
    keep(id, new Kept(json, content));
    return Reply.json(200, Tree.text(json));
  }

  /** A part of a form; its body as ISO 8859-1, one character per byte. */
  private record Part(String head, String body) {}

  private static List<Part> parts(Seen seen) {
    List<Part> parts = new ArrayList<>();
    Matcher boundary = BOUNDARY.matcher(contentType(seen));
    if (!boundary.find()) {
      return parts;
    }
    String delimiter = "--" + boundary.group(1);
    for (String piece : latin(seen.body()).split(Pattern.quote(delimiter))) {
      int blank = piece.indexOf("\r\n\r\n");
      if (blank >= 0 && piece.endsWith("\r\n")) {
        parts.add(
            new Part(piece.substring(0, blank), piece.substring(blank + 4, piece.length() - 2)));
      }
    }
    return parts;
  }

  private synchronized void keep(String id, Kept file) {
    if (kept.size() >= KEPT_MAX) {
      kept.remove(kept.keySet().iterator().next());
    }
    kept.put(id, file);
  }

  private synchronized @Nullable Kept find(String id) {
    return kept.get(id);
  }

  private synchronized void forget(String id) {
    kept.remove(id);
  }

  private synchronized Reply list() {
    List<ObjectNode> all = kept.values().stream().map(Kept::json).toList();
    return Reply.json(
        200, Tree.text(Tree.object("object", "list", "data", Tree.list(all), "has_more", false)));
  }

  private static String contentType(Seen seen) {
    return seen.header("content-type").orElse("");
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String utf8(String latin) {
    return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
