package dev.whyops.why.provenance;

import dev.whyops.why.view.Role;
import org.jspecify.annotations.Nullable;

/**
 * A piece of text that values are looked for in.
 *
 * @param unit what is held or not held as a whole: a message, a tool definition, an answer
 * @param path JSON path inside a structured text; null for plain text
 * @param key name of the member around it; null for plain text
 */
record Segment(int unit, Role role, @Nullable String path, @Nullable String key, String text) {}
