package dev.whyops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every link and picture of a document points at something that is there. */
class DocumentsTest {
  private static final Pattern LINK =
      Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)|(?:src|srcset)=\"(?!https?:)([^\"]+)\"");
  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    int linkCount = 0;
    for (Path document : documents()) {
      Path folder = document.toAbsolutePath().getParent();
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        linkCount++;
        String target = link.group(1) == null ? link.group(2) : link.group(1);
        if (folder == null || !Files.exists(folder.resolve(target))) {
          broken.add(TOP.relativize(document) + " -> " + target);
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(linkCount).as("links found").isGreaterThan(30);
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    try (Stream<Path> top = Files.list(TOP);
        Stream<Path> docs = Files.walk(TOP.resolve("docs"))) {
      Stream.concat(top, docs)
          .filter(path -> path.toString().endsWith(".md") || path.endsWith("llms.txt"))
          .forEach(documents::add);
    }
    return documents;
  }
}
