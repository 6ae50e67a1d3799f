package dev.whyops.kit;

import dev.whyops.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;

/**
 * Recorded provider traffic that is not part of the repository: found by {@code WHYOPS_FIXTURES},
 * or as {@code shared/fixtures} in a folder above; a test without it is skipped and says so.
 */
public final class Fixtures {
  private Fixtures() {}

  /** The file, or a visible skip of the calling test. */
  public static Path file(String name) {
    Optional<Path> folder = folder();
    Assumptions.assumeTrue(
        folder.isPresent() && Files.exists(folder.get().resolve(name)),
        "recorded fixtures are absent (set WHYOPS_FIXTURES): " + name);
    return folder.orElseThrow().resolve(name);
  }

  /** Each line of a JSON-lines file. */
  public static List<JsonNode> lines(String name) {
    try {
      return Files.readAllLines(file(name)).stream()
          .filter(line -> !line.isBlank())
          .map(line -> Json.mapper().readTree(line))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<Path> folder() {
    @Nullable String named = System.getenv("WHYOPS_FIXTURES");
    if (named != null) {
      return Optional.of(Path.of(named)).filter(Files::isDirectory);
    }
    Path at = Path.of("").toAbsolutePath();
    while (at != null) {
      Path candidate = at.resolve("shared").resolve("fixtures");
      if (Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
      at = at.getParent();
    }
    return Optional.empty();
  }
}
