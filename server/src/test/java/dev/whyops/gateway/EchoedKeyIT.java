package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A provider that sends our credential back under a content coding. */
class EchoedKeyIT {
  private static final String PATH = "/v1/chat/completions";
  private static final String STARS = "*".repeat(Harness.CREDENTIAL.length());
  private static final String ECHO =
      "{\"error\":{\"message\":\"Incorrect API key provided: " + Harness.CREDENTIAL + "\"}}";

  private final Harness gateway = new Harness();

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream upstream;

  @BeforeEach
  void start() throws IOException {
    upstream = ScriptedUpstream.answering(ScriptedUpstream.json("{}"));
    gateway.openAi(upstream.port());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    upstream.close();
  }

  private RawClient.Reply ask() throws IOException {
    try (RawClient client = gateway.client()) {
      client.post(PATH, "{\"model\":\"m\"}", "Accept-Encoding: gzip, deflate, zstd");
      return client.read();
    }
  }

  private static byte[] coded(String coding, String text) throws IOException {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream coder =
        switch (coding) {
          case "gzip" -> new GZIPOutputStream(out);
          case "deflate" -> new DeflaterOutputStream(out);
          default -> out;
        }) {
      coder.write(coding.equals("zstd") ? Zstd.compress(plain) : plain);
    }
    return out.toByteArray();
  }

  private void answer(int status, String coding, byte[] body) {
    String head =
        "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n"
            .formatted(status, coding, body.length);
    upstream.script(
        (seen, out, socket) -> {
          Wire.write(out, Wire.concat(Wire.utf8(head), body));
          return true;
        });
  }

  @ParameterizedTest(name = "PX-67 echoedKeyIsDropped: from the record of {0}, status {1}")
  @CsvSource({"gzip,200", "gzip,401", "deflate,401", "zstd,401"})
  void codedEcho(String coding, int status) throws Exception {
    byte[] body = coded(coding, ECHO);
    answer(status, coding, body);
    RawClient.Reply reply = ask();
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.body()).as("relayed as it came").isEqualTo(body);
    assertThat(reply.headers("Content-Encoding")).containsExactly(coding);
    Harness.Recorded call = gateway.onlyCall();
    assertThat(new String(call.answer(), StandardCharsets.UTF_8))
        .isEqualTo(ECHO.replace(Harness.CREDENTIAL, STARS));
    assertThat(call.end().contentEncoding()).isNull();
    assertThat(call.end().warnings()).containsOnlyOnce("provider_echoed_key");
    assertThat(call.end().bodyLength()).isEqualTo(body.length);
    assertThat(gateway.server.counters().keysEchoed()).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "PX-67 echoedKeyIsDropped: from under a coding that is not known, where it is in clear")
  void unknownCoding() throws Exception {
    byte[] body = ECHO.getBytes(StandardCharsets.UTF_8);
    answer(401, "odd", body);
    assertThat(ask().body()).isEqualTo(body);
    Harness.Recorded call = gateway.onlyCall();
    assertThat(call.end().contentEncoding()).isEqualTo("odd");
    assertThat(new String(call.answer(), StandardCharsets.UTF_8))
        .isEqualTo(ECHO.replace(Harness.CREDENTIAL, STARS));
  }

  @Test
  @DisplayName("gzipAnswerIsUntouched in its record too, when it holds no key")
  void withoutEcho() throws Exception {
    byte[] body = coded("gzip", "{\"choices\":[]}");
    answer(200, "gzip", body);
    assertThat(ask().body()).isEqualTo(body);
    Harness.Recorded call = gateway.onlyCall();
    assertThat(call.answer()).isEqualTo(body);
    assertThat(call.end().contentEncoding()).isEqualTo("gzip");
    assertThat(call.end().warnings()).doesNotContain("provider_echoed_key");
  }

  @Test
  @DisplayName("PX-67 echoedKeyIsDropped: from an answer that breaks off within its coding")
  void cutEcho() throws Exception {
    byte[] whole = coded("gzip", ECHO + " ".repeat(100));
    byte[] cut = Arrays.copyOf(whole, whole.length - 9);
    answer(401, "gzip", cut);
    ask();
    Harness.Recorded call = gateway.onlyCall();
    assertThat(new String(call.answer(), StandardCharsets.UTF_8))
        .contains(STARS)
        .doesNotContain(Harness.CREDENTIAL);
    assertThat(call.end().truncatedCapture()).isTrue();
  }

  @Test
  @DisplayName("PX-67 echoedKeyIsDropped: from a coded stream that takes its time")
  void streamedEcho() throws Exception {
    String text = "data: 1\n\ndata: " + Harness.CREDENTIAL + "\n\n";
    byte[] body = coded("gzip", text);
    int half = body.length / 2;
    upstream.script(
        (seen, out, socket) -> {
          Wire.write(out, Wire.SSE_HEAD.replaceFirst("\r\n", "\r\nContent-Encoding: gzip\r\n"));
          Wire.write(out, Wire.chunk(Arrays.copyOf(body, half)));
          Thread.sleep(1_050); // by now a stream without a coding is handed over
          Wire.write(out, Wire.chunk(Arrays.copyOfRange(body, half, body.length)));
          Wire.write(out, Wire.LAST);
          return true;
        });
    assertThat(ask().body()).isEqualTo(body);
    Harness.Recorded call = gateway.onlyCall();
    assertThat(call.chunks.size()).as("bytes on record before the end").isZero();
    assertThat(new String(call.answer(), StandardCharsets.UTF_8))
        .isEqualTo(text.replace(Harness.CREDENTIAL, STARS));
    assertThat(call.end().warnings()).contains("provider_echoed_key");
  }
}
