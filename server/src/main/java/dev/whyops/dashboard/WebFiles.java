package dev.whyops.dashboard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The page's files as they lie in the jar under {@code /web}. Names with a content hash may be kept
 * for ever; all other files are asked for again. A path that names no file is a place inside the
 * page and gets its index.
 */
final class WebFiles {
  private static final String ROOT = "/web";
  private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("woff", "font/woff"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  /**
   * @param immutable its name changes when its content does
   */
  record WebFile(String contentType, byte[] bytes, boolean immutable) {}

  /** The file at a decoded path, else the index for a place inside the page; empty when neither. */
  Optional<WebFile> find(String path) {
    Optional<WebFile> file = file(path);
    boolean place = path.substring(path.lastIndexOf('/') + 1).indexOf('.') < 0;
    return file.isPresent() || !place ? file : file("/index.html");
  }

  private Optional<WebFile> file(String path) {
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null || !PLAIN.matcher(path).matches()) {
      return Optional.empty();
    }
    return bytes(path).map(b -> new WebFile(type, b, path.startsWith("/assets/")));
  }

  /** Only what exists is kept, so the jar bounds the map. */
  private Optional<byte[]> bytes(String path) {
    byte[] known = files.get(path);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<byte[]> read = read(path);
    read.ifPresent(content -> files.put(path, content));
    return read;
  }

  private static Optional<byte[]> read(String path) {
    try (InputStream in = WebFiles.class.getResourceAsStream(ROOT + path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
