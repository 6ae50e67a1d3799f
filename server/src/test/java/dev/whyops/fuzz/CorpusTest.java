package dev.whyops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.KeyFuzz;
import dev.whyops.continuity.SignatureFuzz;
import dev.whyops.event.EventFuzz;
import dev.whyops.event.otlp.OtlpFuzz;
import dev.whyops.gateway.HttpHeadFuzz;
import dev.whyops.journal.RecoveryFuzz;
import dev.whyops.provider.CodingFuzz;
import dev.whyops.provider.DialectFuzz;
import dev.whyops.provider.SseFuzz;
import dev.whyops.proxy.AnswerFramerFuzz;
import dev.whyops.proxy.BodyScannerFuzz;
import dev.whyops.proxy.UrlPolicyFuzz;
import dev.whyops.record.FrameFuzz;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays the corpus of every fuzz target and, for a while, mutants of it. The same targets run
 * under Jazzer, which looks at what the inputs reach: {@code .ci/fuzz.sh}.
 */
class CorpusTest {
  private static final Duration MUTANTS_FOR =
      Duration.ofMillis(System.getProperty("whyops.schedule", "pr").equals("pr") ? 600 : 30_000);

  private interface Target {
    void run(byte[] data);
  }

  static Stream<Arguments> targets() {
    return Stream.of(
        of("HttpHeadFuzz", HttpHeadFuzz::fuzzerTestOneInput),
        of("AnswerFramerFuzz", AnswerFramerFuzz::fuzzerTestOneInput),
        of("BodyScannerFuzz", BodyScannerFuzz::fuzzerTestOneInput),
        of("SseFuzz", SseFuzz::fuzzerTestOneInput),
        of("DialectFuzz", DialectFuzz::fuzzerTestOneInput),
        of("CodingFuzz", CodingFuzz::fuzzerTestOneInput),
        of("EventFuzz", EventFuzz::fuzzerTestOneInput),
        of("OtlpFuzz", OtlpFuzz::fuzzerTestOneInput),
        of("SignatureFuzz", SignatureFuzz::fuzzerTestOneInput),
        of("KeyFuzz", KeyFuzz::fuzzerTestOneInput),
        of("UrlPolicyFuzz", UrlPolicyFuzz::fuzzerTestOneInput),
        of("RecoveryFuzz", RecoveryFuzz::fuzzerTestOneInput),
        of("FrameFuzz", FrameFuzz::fuzzerTestOneInput));
  }

  private static Arguments of(String name, Target target) {
    return Arguments.of(name, target);
  }

  @ParameterizedTest(name = "{0} survives its corpus and mutants of it")
  @MethodSource("targets")
  void survives(String name, Target target) throws Exception {
    List<byte[]> corpus = corpus(name);
    assertThat(corpus).hasSizeGreaterThanOrEqualTo(5);
    for (byte[] input : corpus) {
      run(target, input, "an input of the corpus");
    }
    long seed = Long.getLong("whyops.seed", System.nanoTime());
    Mutants mutants = new Mutants(corpus, seed);
    long until = System.nanoTime() + MUTANTS_FOR.toNanos();
    int tried = 0;
    while (System.nanoTime() < until) {
      run(target, mutants.next(), "mutant " + tried++ + " of seed " + seed);
    }
    assertThat(tried).isPositive();
  }

  private static void run(Target target, byte[] input, String what) {
    try {
      target.run(input);
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ", in hex: " + HexFormat.of().formatHex(input), e);
    }
  }

  private static List<byte[]> corpus(String name) throws IOException, URISyntaxException {
    URL folder = Objects.requireNonNull(CorpusTest.class.getResource("/fuzz/" + name), name);
    List<byte[]> inputs = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      for (Path file : files.sorted().toList()) {
        inputs.add(Files.readAllBytes(file));
      }
    }
    return inputs;
  }
}
