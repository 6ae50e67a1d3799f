package dev.whyops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.kit.Recording;
import dev.whyops.provider.CallKind;
import dev.whyops.provider.ProviderType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Provider traffic through the gateway: the client gets the bytes, the record keeps the bytes, and
 * what they say is what they said before.
 */
class RecordingsIT {
  private static final long SEED = 20_261_125;
  private final Harness gateway = new Harness();

  @SuppressWarnings("NullAway.Init")
  private ScriptedUpstream provider;

  /** What the provider says next, and in which pieces. */
  private volatile byte[] answer = {};

  private volatile int[] cuts = {};
  private volatile int status = 200;
  private volatile String contentType = "";

  @BeforeEach
  void start() throws IOException {
    provider = new ScriptedUpstream(this::say);
    gateway.openAi(provider.port());
    gateway.anthropic(provider.port());
  }

  @AfterEach
  void stop() throws IOException {
    gateway.close();
    provider.close();
  }

  private boolean say(ScriptedUpstream.Seen seen, OutputStream out, Socket socket)
      throws IOException {
    boolean stream = contentType.startsWith("text/event-stream");
    String framing = stream ? "Transfer-Encoding: chunked" : "Content-Length: " + answer.length;
    Wire.write(
        out,
        "HTTP/1.1 "
            + status
            + " X\r\nContent-Type: "
            + contentType
            + "\r\n"
            + framing
            + "\r\n\r\n");
    int from = 0;
    for (int to : cuts) {
      byte[] piece = Arrays.copyOfRange(answer, from, to);
      if (piece.length > 0) {
        Wire.write(out, stream ? Wire.chunk(piece) : piece);
      }
      from = to;
    }
    if (stream) {
      Wire.write(out, Wire.LAST);
    }
    return true;
  }

  @Test
  @DisplayName("C1 C2 every recording goes through byte for byte and decodes into the same facts")
  void recorded() throws Exception {
    List<Recording> all = Recording.recorded();
    throughTheGateway(all);
    assertThat(all).hasSizeGreaterThan(500);
  }

  @Test
  @DisplayName("C1 C2 the repository's own streams go through byte for byte, with each line end")
  void own() throws Exception {
    throughTheGateway(Recording.own());
  }

  private void throughTheGateway(List<Recording> all) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    try (RawClient client = gateway.client()) {
      for (Recording recording : all) {
        List<byte[]> forms = new ArrayList<>();
        forms.add(recording.answer());
        if (recording.stream()) {
          forms.add(recording.answerWith("\r\n"));
          forms.add(recording.answerWith("\r"));
        }
        for (byte[] form : forms) {
          relay(client, recording, form, random);
        }
      }
    }
  }

  private void relay(RawClient client, Recording recording, byte[] form, SplittableRandom random)
      throws Exception {
    answer = form;
    cuts = cuts(form.length, random);
    status = recording.status();
    contentType = recording.contentType();
    gateway.recorded.clear();
    provider.seen().clear();
    byte[] request =
        recording.request() == null ? Wire.utf8("{\"model\":\"m\"}") : recording.request();
    String slug = recording.type() == ProviderType.ANTHROPIC ? "anthropic" : "openai";
    client.send(
        recording.method()
            + " /providers/"
            + slug
            + recording.path()
            + " HTTP/1.1\r\nHost: x\r\n"
            + "X-Agent-Name: a\r\napi-key: "
            + Harness.KEY
            + "\r\nX-Trace-ID: t\r\n"
            + "Content-Length: "
            + request.length
            + "\r\n\r\n");
    RawClient.Reply reply = client.send(request).read();
    assertThat(reply.status()).as(recording.id()).isEqualTo(recording.status());
    assertThat(reply.clean()).as(recording.id()).isTrue();
    assertThat(Arrays.equals(reply.body(), form)).as(recording.id()).isTrue();
    ScriptedUpstream.Seen seen = provider.seen().getFirst();
    assertThat(Arrays.equals(seen.body(), request)).as(recording.id()).isTrue();
    assertThat(seen.requestLine())
        .isEqualTo(recording.method() + ' ' + recording.path() + " HTTP/1.1");
    if (recording.kind() != CallKind.PASSTHROUGH) {
      Harness.Recorded call = gateway.onlyCall();
      assertThat(call.start.kind()).as(recording.id()).isEqualTo(recording.kind());
      assertThat(recording.decode(call.answer()))
          .as(recording.id())
          .isEqualTo(recording.decode(recording.answer()));
      assertThat(new String(call.start.body(), StandardCharsets.UTF_8))
          .isEqualTo(new String(request, StandardCharsets.UTF_8));
    }
  }

  private static int[] cuts(int length, SplittableRandom random) {
    int[] ends = new int[1 + random.nextInt(20)];
    for (int i = 1; i < ends.length; i++) {
      ends[i] = random.nextInt(length + 1);
    }
    ends[0] = length;
    Arrays.sort(ends);
    return ends;
  }
}
