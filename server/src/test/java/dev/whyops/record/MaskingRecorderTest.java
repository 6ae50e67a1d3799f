package dev.whyops.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.http.UnavailableException;
import dev.whyops.masking.MaskBook;
import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.project.ProjectSettings.Mask;
import dev.whyops.project.SettingsLookup;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MaskingRecorderTest {
  private static final String CARD = "4111111111111111";
  private static final ProjectSettings MASKED =
      new ProjectSettings(Capture.FULL, false, 90, List.of(new Mask("c", "[0-9]{16}", "[card]")));

  /** Keeps what it is told. */
  private static final class Kept implements Recorder {
    final List<CallStart> starts = new ArrayList<>();
    final List<byte[]> chunks = new ArrayList<>();
    final List<CallEnd> ends = new ArrayList<>();

    @Override
    public OpenCall open(CallStart start) {
      starts.add(start);
      return new OpenCall() {
        @Override
        public void chunk(byte[] answerBytes) {
          chunks.add(answerBytes);
        }

        @Override
        public void end(CallEnd end, Runnable settled) {
          ends.add(end);
          settled.run();
        }
      };
    }
  }

  private final Kept kept = new Kept();

  @Test
  void withoutMasksEverythingPassesStraightThrough() throws Exception {
    byte[] body = bytes("{\"card\":\"" + CARD + "\"}");
    try (MaskingRecorder recorder = recorder(ProjectSettings.DEFAULT)) {
      Recorder.OpenCall call = recorder.open(start(body, null));
      call.chunk(bytes("part"));
      call.end(end(body, "application/json", null), () -> {});
      assertThat(kept.starts.getFirst().body()).isSameAs(body);
      assertThat(kept.chunks).hasSize(1);
      assertThat(kept.ends.getFirst().body()).isSameAs(body);
    }
  }

  @Test
  @DisplayName("F-12 an end that cannot be masked in time is written without the answer")
  void endsWhatItBegan() throws Exception {
    byte[] body = bytes("{\"card\":\"" + CARD + "\"}");
    MaskingRecorder recorder = recorder(MASKED);
    Recorder.OpenCall call = recorder.open(start(body, null));
    recorder.close(); // takes no more work, as when too much waits
    call.chunk(body);
    CountDownLatch settled = new CountDownLatch(1);
    call.end(end(body, "application/json", null), settled::countDown);
    assertThat(settled.getCount()).isZero();
    assertThat(kept.starts).hasSize(1);
    assertThat(kept.ends).hasSize(1);
    assertThat(kept.ends.getFirst().body()).isEmpty();
    assertThat(kept.ends.getFirst().truncatedCapture()).isTrue();
    assertThat(recorder.captureGaps()).isEqualTo(1);
  }

  @Test
  void nothingOfAMaskedTextGoesOn() throws Exception {
    byte[] body = bytes("{\"messages\":[{\"content\":\"pay " + CARD + "\"}]}");
    try (MaskingRecorder recorder = recorder(MASKED)) {
      call(recorder, body, null, "application/json", null, bytes("{\"a\":\"" + CARD + "\"}"));
      assertThat(text(kept.starts.getFirst().body()))
          .isEqualTo("{\"messages\":[{\"content\":\"pay [card]\"}]}");
      assertThat(text(kept.ends.getFirst().body())).isEqualTo("{\"a\":\"[card]\"}");
      assertThat(kept.starts.getFirst().bodyLength()).isEqualTo(body.length);
      assertThat(recorder.captureGaps()).isZero();
    }
  }

  @Test
  void piecesOfAStreamAreJoinedBeforeTheyGoOn() throws Exception {
    try (MaskingRecorder recorder = recorder(MASKED)) {
      call(
          recorder,
          bytes("{}"),
          null,
          "text/event-stream; charset=utf-8",
          null,
          bytes("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"4111111"),
          bytes(
              "1\"}}]}\n\n"
                  + "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"11111111\"}}]}"),
          bytes("\n\ndata: [DONE]\n\n"));
      assertThat(kept.chunks).isEmpty();
      assertThat(text(kept.ends.getFirst().body()))
          .contains("[card]")
          .contains("data: [DONE]")
          .doesNotContain("11111");
    }
  }

  @Test
  void codedBodiesAreDecodedFirst() throws Exception {
    try (MaskingRecorder recorder = recorder(MASKED)) {
      byte[] coded = gzip("{\"card\":\"" + CARD + "\"}");
      call(recorder, coded, "gzip", "application/json", "gzip", coded);
      call(recorder, coded, "unknown", "application/json", "unknown", coded);
      assertThat(text(kept.starts.get(0).body())).isEqualTo("{\"card\":\"[card]\"}");
      assertThat(kept.starts.get(0).contentEncoding()).isNull();
      assertThat(text(kept.ends.get(0).body())).isEqualTo("{\"card\":\"[card]\"}");
      assertThat(kept.starts.get(1).body()).isEmpty();
      assertThat(kept.ends.get(1).body()).isEmpty();
    }
  }

  @Test
  void withoutSettingsNothingIsKept() throws Exception {
    try (MaskingRecorder recorder = recorder(null)) {
      call(recorder, bytes("{}"), null, "application/json", null, bytes("{}"));
      assertThat(kept.starts).isEmpty();
      assertThat(kept.ends).isEmpty();
      assertThat(recorder.captureGaps()).isEqualTo(1);
    }
  }

  @Test
  void whatIsTooMuchIsAGapAndDelaysNobody() throws Exception {
    try (MaskingRecorder recorder = recorder(MASKED)) {
      Recorder.OpenCall call = recorder.open(start(new byte[(128 << 20) + 1], null));
      CountDownLatch settled = new CountDownLatch(1);
      call.end(end(bytes("{}"), "application/json", null), settled::countDown);
      assertThat(settled.getCount()).isZero();
      assertThat(recorder.captureGaps()).isEqualTo(1);
    }
  }

  private static void call(
      MaskingRecorder recorder,
      byte[] body,
      @Nullable String coding,
      String answerType,
      @Nullable String answerCoding,
      byte[]... answer)
      throws InterruptedException {
    Recorder.OpenCall call = recorder.open(start(body, coding));
    for (int i = 0; i < answer.length - 1; i++) {
      call.chunk(answer[i]);
    }
    CountDownLatch settled = new CountDownLatch(1);
    call.end(end(answer[answer.length - 1], answerType, answerCoding), settled::countDown);
    assertThat(settled.await(5, TimeUnit.SECONDS)).isTrue();
  }

  /** Null: the settings cannot be read. */
  private MaskingRecorder recorder(@Nullable ProjectSettings settings) {
    return new MaskingRecorder(
        kept,
        new MaskBook(
            new SettingsLookup() {
              @Override
              public Optional<ProjectSettings> cached(ProjectScope scope) {
                return Optional.ofNullable(settings);
              }

              @Override
              public ProjectSettings load(ProjectScope scope) {
                throw new UnavailableException("control_plane_unavailable", "away");
              }
            }));
  }

  private static CallStart start(byte[] body, @Nullable String coding) {
    return new CallStart(
        "call_1",
        new ProjectId("prj_A"),
        Environment.PRODUCTION,
        "key_1",
        "shop",
        "trc_1",
        "trc_1",
        "new",
        null,
        null,
        null,
        Capture.FULL,
        "prv_1",
        "openai",
        ProviderType.OPENAI,
        CallKind.CHAT_COMPLETIONS,
        "POST",
        "/v1/chat/completions",
        "application/json",
        coding,
        body,
        body.length,
        List.of(),
        Instant.EPOCH);
  }

  private static CallEnd end(byte[] body, String contentType, @Nullable String coding) {
    return new CallEnd(
        new Outcome.Answered(),
        200,
        contentType,
        coding,
        null,
        body,
        body.length,
        false,
        List.of(),
        new Stamps(0, 0, 0, 0, 0, 0, 0, 0),
        new long[0],
        List.of());
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes(text));
    }
    return out.toByteArray();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
