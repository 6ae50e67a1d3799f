package dev.whyops.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whyops.agent.VersionDiff.Change;
import dev.whyops.agent.VersionDiff.Kind;
import dev.whyops.agent.VersionDiff.Line;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class VersionDiffTest {
  @Test
  void namesWhatChanged() {
    VersionDiff diff =
        VersionDiff.between(
            version(
                """
                {"systemPrompt":"one\\ntwo\\nthree","description":"old","tools":[
                {"name":"gone"},{"name":"kept","inputSchema":{"type":"object","a/b":1}},{"name":"same"}]}
                """),
            version(
                """
                {"systemPrompt":"one\\n2\\nthree","tools":[
                {"name":"kept","inputSchema":{"type":"object","a/b":2}},{"name":"new"},{"name":"same"}]}
                """));
    assertThat(diff.prompt())
        .containsExactly(
            new Line(Kind.SAME, "one"),
            new Line(Kind.REMOVED, "two"),
            new Line(Kind.ADDED, "2"),
            new Line(Kind.SAME, "three"));
    assertThat(diff.tools())
        .extracting(VersionDiff.ToolChange::kind, VersionDiff.ToolChange::name)
        .containsExactly(
            tuple(Kind.REMOVED, "gone"), tuple(Kind.CHANGED, "kept"), tuple(Kind.ADDED, "new"));
    assertThat(diff.tools().get(1).changes())
        .containsExactly(new Change(Kind.CHANGED, "/inputSchema/a~1b", "1", "2"));
    assertThat(diff.others())
        .containsExactly(new Change(Kind.REMOVED, "/description", "\"old\"", ""));
  }

  @Property
  void bothTextsCanBeReadOutOfADiff(
      @ForAll @Size(max = 12) List<@IntRange(max = 3) Integer> before,
      @ForAll @Size(max = 12) List<@IntRange(max = 3) Integer> after) {
    List<Line> lines = LineDiff.between(text(before), text(after));
    assertThat(text(lines, Kind.ADDED)).isEqualTo(text(before));
    assertThat(text(lines, Kind.REMOVED)).isEqualTo(text(after));
  }

  @Test
  void hugeTextsAreStillCompared() {
    String before = "a\n".repeat(5_000);
    List<Line> lines = LineDiff.between("x\n" + before, "x\n" + "b\n".repeat(5_000));
    assertThat(lines).hasSize(10_001);
    assertThat(lines.getFirst().kind()).isEqualTo(Kind.SAME);
  }

  private static String text(List<Integer> numbers) {
    return numbers.stream().map(n -> n + "\n").collect(Collectors.joining());
  }

  private static String text(List<Line> lines, Kind without) {
    return lines.stream()
        .filter(line -> line.kind() != without)
        .map(line -> line.text() + "\n")
        .collect(Collectors.joining());
  }

  private static Version version(String definition) {
    return new Version("ver_1", "agt_1", "h", Version.Origin.INIT, definition, Instant.EPOCH);
  }
}
