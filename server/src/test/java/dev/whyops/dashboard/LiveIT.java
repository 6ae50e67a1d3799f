package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.auth.Role;
import dev.whyops.auth.Sessions;
import dev.whyops.event.Event;
import dev.whyops.intake.Refusal;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Live events over a real socket. */
class LiveIT {
  @TempDir static Path folder;
  private static DashboardRig rig;
  private static Sessions.Ticket owner;

  @BeforeAll
  static void start() {
    rig = new DashboardRig(folder);
    owner = rig.logIn();
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  /** One message as it came. */
  private record Message(String id, String event, String data) {}

  @Test
  void tellsWhatLandsAndTakesUpWhereAPageStopped() throws IOException {
    String last;
    try (Stream stream = new Stream(owner, "", null)) {
      land("trc_live_1");
      // Traces that other tests touched may be told first.
      List<Message> messages = new ArrayList<>(stream.until("trace"));
      while (!messages.getLast().data().contains("\"traceId\":\"trc_live_1\"")) {
        messages.addAll(stream.until("trace"));
      }
      List<Message> events = messages.stream().filter(m -> m.event().equals("event")).toList();
      assertThat(events).hasSize(1);
      assertThat(events.getFirst().data()).contains("\"traceId\":\"trc_live_1\"");
      assertThat(messages.indexOf(events.getFirst())).isLessThan(messages.size() - 1);
      assertThat(ApiContract.load().schema("LiveEvent").validate(json(events.getFirst())))
          .isEmpty();
      assertThat(ApiContract.load().schema("Trace").validate(json(messages.getLast()))).isEmpty();
      last = messages.getLast().id();
    }
    land("trc_live_2");
    try (Stream stream = new Stream(owner, "", last)) {
      assertThat(stream.until("event").getLast().data()).contains("trc_live_2");
    }
    try (Stream stream = new Stream(owner, "", "elsewhere-7")) {
      assertThat(stream.until("reset").getLast().event()).isEqualTo("reset");
    }
  }

  @Test
  @DisplayName("A trace that is told live, exported or compared has the findings that it has")
  void tellsFindings() throws IOException {
    List<Event> events =
        new Story(rig.project().id(), "live", "trc_live_f", Instant.now().minusSeconds(60))
            .asks("x")
            .fails()
            .fails()
            .fails()
            .events();
    rig.traces.land(events);
    rig.keepFindings(events);
    Client client = rig.client(owner);
    JsonNode listed = client.get("/api/traces/trc_live_f").json().get("findings");
    assertThat(listed.valueStream().mapToInt(JsonNode::asInt).sum()).isPositive();
    try (Stream stream = new Stream(owner, "", null)) {
      rig.live.landed(events);
      List<Message> messages = new ArrayList<>(stream.until("trace"));
      while (!messages.getLast().data().contains("\"traceId\":\"trc_live_f\"")) {
        messages.addAll(stream.until("trace"));
      }
      assertThat(json(messages.getLast()).get("findings")).isEqualTo(listed);
    }
    assertThat(client.get("/api/traces/trc_live_f/export").json().get("findings"))
        .isEqualTo(listed);
    JsonNode compared = client.get("/api/traces/trc_live_f/compare/trc_live_f").json();
    assertThat(compared.at("/a/findings")).isEqualTo(listed);
  }

  @Test
  @DisplayName("One user holds no more than a share of the streams, and is told so by a status")
  void refusesStreamsBeyondAShare() throws IOException {
    Sessions.Ticket viewer = rig.join(rig.membership(owner, rig.project()), Role.VIEWER);
    List<Stream> open = new ArrayList<>();
    try {
      for (int i = 0; i < LiveApi.STREAMS_OF_USER_MAX; i++) {
        open.add(new Stream(viewer, "", null));
      }
      Client.Answer refused = rig.client(viewer).get("/api/live");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).isEqualTo("1");
      assertThat(refused.text()).contains("too_many_requests");
      open.add(new Stream(owner, "", null));
    } finally {
      for (Stream stream : open) {
        stream.close();
      }
    }
  }

  @Test
  @DisplayName(
      "A page that was away until its channel was dropped is told that it missed something")
  void numbersNeverComeAgain() throws InterruptedException {
    ProjectScope scope = new ProjectScope(new ProjectId("prj_quiet"));
    LiveChannel before = rig.live.channel(scope);
    long start = before.end();
    refuse(scope, 3);
    long place = before.end();
    assertThat(place).isEqualTo(start + 3);
    rig.live.dropForsaken(Duration.ZERO);
    refuse(scope, 1); // missed
    LiveChannel after = rig.live.channel(scope);
    assertThat(after.read(place, Duration.ZERO).gap()).isTrue();
    refuse(scope, 3);
    assertThat(after.read(place, Duration.ZERO).gap()).isTrue();
  }

  private static void refuse(ProjectScope scope, int count) {
    for (int i = 0; i < count; i++) {
      rig.live.refused(scope.project(), refusal("missing_agent_name"));
    }
  }

  @Test
  void tellsRefusalsAndToAdminsThoseOfUnknownKeys() throws IOException {
    Sessions.Ticket viewer = rig.join(rig.membership(owner, rig.project()), Role.VIEWER);
    try (Stream admin = new Stream(owner, "?probe=true", null);
        Stream other = new Stream(viewer, "?probe=true", null)) {
      rig.intake.refused(null, refusal("invalid_api_key"));
      rig.intake.refused(rig.project().id(), refusal("missing_agent_name"));
      List<Message> seen = admin.until("refusal");
      assertThat(seen.getLast().data()).contains("\"ownProject\":false");
      Message own = other.until("refusal").getLast();
      assertThat(own.data()).contains("missing_agent_name").contains("X-Agent-Name");
      assertThat(ApiContract.load().schema("Refusal").validate(json(own))).isEmpty();
    }
    assertThat(rig.client(owner).get("/api/refusals?probe=true").json().get("items")).hasSize(2);
    assertThat(rig.client(viewer).get("/api/refusals?probe=true").json().get("items")).hasSize(1);
    assertThat(rig.client(viewer).get("/api/ingestion").json().at("/rejected/0/reason").asString())
        .isEqualTo("missing_agent_name");
  }

  @Test
  @DisplayName("I3 a page that leaves is noticed by the next message, and its place given back")
  void i3NoticesThatThePageLeft() throws Exception {
    LiveChannel channel = rig.live.channel(rig.project().scope());
    Instant until = Instant.now().plusSeconds(20);
    while (channel.isWatched() && Instant.now().isBefore(until)) {
      Thread.sleep(20); // streams of the other tests
    }
    try (Stream _ = new Stream(owner, "", null)) {
      assertThat(channel.isWatched()).isTrue();
    }
    int landed = 0;
    while (channel.isWatched() && Instant.now().isBefore(until)) {
      land("trc_left_" + landed++);
      Thread.sleep(50);
    }
    assertThat(channel.isWatched()).isFalse();
  }

  @Test
  @DisplayName("AU-12 a live answer ends within a second after its session")
  void endsWithTheSession() throws IOException {
    Sessions.Ticket viewer = rig.join(rig.membership(owner, rig.project()), Role.VIEWER);
    try (Stream stream = new Stream(viewer, "", null)) {
      rig.plane.accounts().logout(viewer.signedIn());
      long start = System.nanoTime();
      assertThat(stream.end()).isTrue();
      assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(2_500);
    }
  }

  private static void land(String traceId) {
    List<Event> events =
        new Story(rig.project().id(), "live", traceId, Instant.now()).asks("x").events();
    rig.traces.land(events);
    rig.live.landed(events);
  }

  private static Refusal refusal(String code) {
    return new Refusal(Instant.now(), "POST", "/v1/chat/completions?x=y", 400, code, "req_1");
  }

  private static tools.jackson.databind.JsonNode json(Message message) {
    return dev.whyops.json.Json.mapper().readTree(message.data());
  }

  /** Reads server-sent events; the head has been read when it is made. */
  private static final class Stream implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;

    Stream(Sessions.Ticket ticket, String query, @Nullable String lastEventId) throws IOException {
      socket = new Socket("127.0.0.1", rig.server.port());
      socket.setSoTimeout(5_000);
      String request =
          "GET /api/live"
              + query
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: whyops_session="
              + ticket.token().reveal()
              + (lastEventId == null ? "" : "\r\nLast-Event-ID: " + lastEventId)
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(lines.readLine()).startsWith("HTTP/1.1 200");
      List<String> head = new ArrayList<>();
      for (String line = lines.readLine(); !line.startsWith("retry:"); line = lines.readLine()) {
        head.add(line.toLowerCase(java.util.Locale.ROOT));
      }
      assertThat(head).contains("content-type: text/event-stream", "cache-control: no-store");
    }

    /** All messages up to the first of this kind. */
    List<Message> until(String event) throws IOException {
      List<Message> messages = new ArrayList<>();
      String id = "";
      String kind = "";
      while (true) {
        String line = lines.readLine();
        assertThat(line).as("the stream ended after %s", messages).isNotNull();
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          kind = line.substring(7);
        } else if (line.startsWith("data: ")) {
          messages.add(new Message(id, kind, line.substring(6)));
          if (kind.equals(event)) {
            return messages;
          }
        }
      }
    }

    /** Whether the server ends the stream. */
    boolean end() {
      try {
        while (lines.readLine() != null) {
          // comments and what is under way
        }
        return true;
      } catch (SocketTimeoutException e) {
        return false;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
