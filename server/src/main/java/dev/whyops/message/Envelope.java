package dev.whyops.message;

import dev.whyops.project.ProjectId;
import java.util.Map;

/**
 * A text without its repeated parts.
 *
 * @param rest what is left when the parts are cut out
 * @param refs pairs of (offset in {@code rest}, number of the part that belongs there)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, always freshly made
public record Envelope(String rest, int[] refs) {
  private static final int[] NONE = {};

  /** Cuts a JSON text up and stores its parts. */
  public static Envelope of(ProjectId project, String json, MessageStore store) {
    int[] parts = ContentSplitter.parts(json);
    if (parts.length == 0) {
      return new Envelope(json, NONE);
    }
    StringBuilder rest = new StringBuilder(json.length());
    int[] refs = new int[parts.length];
    int from = 0;
    for (int i = 0; i < parts.length; i += 2) {
      rest.append(json, from, parts[i]);
      String part = json.substring(parts[i], parts[i + 1]);
      refs[i] = rest.length();
      refs[i + 1] = store.put(ContentId.of(project, part), part);
      from = parts[i + 1];
    }
    rest.append(json, from, json.length());
    return new Envelope(rest.toString(), refs);
  }

  /** The text as it was; a part that is not there any more leaves {@code null} in its place. */
  public String join(Map<Integer, String> parts) {
    if (refs.length == 0) {
      return rest;
    }
    StringBuilder text = new StringBuilder(rest.length() * 2);
    int from = 0;
    for (int i = 0; i < refs.length; i += 2) {
      text.append(rest, from, refs[i]);
      text.append(parts.getOrDefault(refs[i + 1], "null"));
      from = refs[i];
    }
    return text.append(rest, from, rest.length()).toString();
  }
}
