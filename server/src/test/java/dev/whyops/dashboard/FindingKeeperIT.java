package dev.whyops.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.dashboard.Client.Answer;
import dev.whyops.event.Event;
import dev.whyops.evidence.FindingKeeper;
import dev.whyops.finding.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When traces are judged, by which numbers, and that none is forgotten. */
class FindingKeeperIT {
  @TempDir private Path folder;
  private DashboardRig rig;

  @BeforeEach
  void start() {
    rig = new DashboardRig(folder);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  @DisplayName("A trace that waited when the process ended is judged by the next one")
  void goesOnAfterARestart() throws IOException {
    List<Event> events = streak("trc_waits", 3);
    rig.traces.land(events);
    try (FindingKeeper before = rig.keeper()) {
      before.landed(events);
      before.lookAt(Instant.now());
    }
    assertThat(found("trc_waits")).isEmpty();
    Files.writeString(
        folder.resolve("data/findings-waiting.log"), "+ prj_torn", StandardOpenOption.APPEND);
    try (FindingKeeper after = rig.keeper()) {
      assertThat(after.waiting()).isEqualTo(1);
      after.lookAt(later());
      assertThat(after.waiting()).isZero();
    }
    assertThat(found("trc_waits")).containsExactly("CONSECUTIVE_ERROR_STREAK");
    assertThat(rig.histories().of(rig.project().scope(), "ver_agent").traceCount()).isEqualTo(1);
    try (FindingKeeper again = rig.keeper()) {
      assertThat(again.waiting()).isZero();
    }
  }

  @Test
  @DisplayName(
      "A growing trace is judged when its events have doubled, and digested when it closed")
  void looksWhileTheTraceGrows() throws IOException {
    try (FindingKeeper keeper = rig.keeper()) {
      List<Event> all = streak("trc_grows", 60);
      land(keeper, all.subList(0, 10));
      keeper.lookAt(soon());
      assertThat(found("trc_grows")).as("too few events for a look").isEmpty();
      land(keeper, all.subList(10, 25));
      keeper.lookAt(soon());
      assertThat(titles("trc_grows")).containsExactly("24 events failed in a row");
      land(keeper, all.subList(25, 40));
      keeper.lookAt(soon().plusSeconds(6));
      assertThat(titles("trc_grows"))
          .as("not doubled yet")
          .containsExactly("24 events failed in a row");
      assertThat(rig.histories().of(rig.project().scope(), "ver_agent").traceCount()).isZero();
      land(keeper, all.subList(40, 61));
      keeper.lookAt(later());
      assertThat(titles("trc_grows")).containsExactly("60 events failed in a row");
      assertThat(rig.histories().of(rig.project().scope(), "ver_agent").traceCount()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("Late events reopen a trace: its findings are replaced, never doubled")
  void lateEvents() throws IOException {
    try (FindingKeeper keeper = rig.keeper()) {
      List<Event> all = streak("trc_late", 8);
      land(keeper, all.subList(0, 5));
      keeper.lookAt(later());
      assertThat(titles("trc_late")).containsExactly("4 events failed in a row");
      land(keeper, all.subList(5, 9));
      keeper.lookAt(later());
      assertThat(titles("trc_late")).containsExactly("8 events failed in a row");
    }
  }

  @Test
  @DisplayName("Traces that close together are judged as each alone would be, deleted ones not")
  void judgesManyTogether() throws IOException {
    int count = 450;
    try (FindingKeeper keeper = rig.keeper()) {
      for (int i = 0; i < count; i++) {
        land(keeper, streak("trc_" + i, i % 4));
      }
      // What is read for many must not be counted for one.
      land(keeper, streak("trc_long", 4_500));
      rig.traces.erase(rig.project().scope(), "trc_3");
      keeper.lookAt(later());
      assertThat(keeper.waiting()).isZero();
    }
    for (int i = 0; i < count; i++) {
      boolean streak = i % 4 == 3 && i != 3;
      List<String> titles = streak ? List.of("3 events failed in a row") : List.of();
      assertThat(titles("trc_" + i)).as("trc_" + i).isEqualTo(titles);
    }
    assertThat(titles("trc_long")).containsExactly("4500 events failed in a row");
    assertThat(rig.histories().of(rig.project().scope(), "ver_agent").traceCount())
        .isEqualTo(count);
    try (FindingKeeper again = rig.keeper()) {
      assertThat(again.waiting()).isZero();
    }
  }

  @Test
  void aProjectSetsItsOwnNumbers() {
    Client owner = rig.client(rig.logIn());
    List<Event> events = streak("trc_five", 5);
    rig.traces.land(events);
    rig.keepFindings(events);
    assertThat(found("trc_five")).containsExactly("CONSECUTIVE_ERROR_STREAK");

    Answer set =
        owner.send(
            "PATCH", "/api/thresholds", "{\"values\":{\"CONSECUTIVE_ERROR_STREAK.streak\":6}}");
    assertThat(set.status()).as(set.text()).isEqualTo(200);
    assertThat(ApiContract.load().schema("ThresholdPage").validate(set.json())).isEmpty();
    assertThat(owner.get("/api/traces/trc_five/findings").json().get("items")).isEmpty();
    rig.keepFindings(events);
    assertThat(found("trc_five")).isEmpty();

    owner.send(
        "PATCH", "/api/thresholds", "{\"values\":{\"CONSECUTIVE_ERROR_STREAK.streak\":null}}");
    assertThat(owner.get("/api/traces/trc_five/findings").json().get("items")).hasSize(1);
    for (String bad : List.of("{\"NO.such\":1}", "{\"CONSECUTIVE_ERROR_STREAK.streak\":-1}")) {
      assertThat(owner.send("PATCH", "/api/thresholds", "{\"values\":" + bad + "}").status())
          .as(bad)
          .isEqualTo(400);
    }
  }

  @Test
  @DisplayName("A suppression by code, agent, tool, path and fingerprint marks what it names")
  void suppressesByAllThatAFindingNames() {
    Client owner = rig.client(rig.logIn());
    List<Event> events = streak("trc_known", 3);
    rig.traces.land(events);
    rig.keepFindings(events);
    String fingerprint =
        owner.get("/api/traces/trc_known/findings").json().at("/items/0/fingerprint").asString();
    String body =
        "{\"code\":\"CONSECUTIVE_ERROR_STREAK\",\"agent\":\"agent\",\"fingerprint\":\""
            + fingerprint
            + "\",\"reason\":\"known outage\",\"expiresAt\":\"%s\"}";
    assertThat(
            owner
                .send("POST", "/api/suppressions", body.formatted(Instant.now().minusSeconds(5)))
                .status())
        .isEqualTo(201);
    assertThat(status(owner)).as("it has expired").isEqualTo("open");
    owner.send("POST", "/api/suppressions", body.formatted(Instant.now().plusSeconds(600)));
    assertThat(status(owner)).isEqualTo("suppressed");
    assertThat(owner.get("/api/suppressions").json().at("/items/0/author").asString()).isNotEmpty();
  }

  private static String status(Client owner) {
    return owner.get("/api/traces/trc_known/findings").json().at("/items/0/status").asString();
  }

  private void land(FindingKeeper keeper, List<Event> events) {
    rig.traces.land(events);
    keeper.landed(events);
  }

  private List<String> found(String trace) {
    return rig.plane.findings().foundIn(rig.project().scope(), trace).stream()
        .map(kept -> kept.finding().code())
        .toList();
  }

  private List<String> titles(String trace) {
    return rig.plane.findings().foundIn(rig.project().scope(), trace).stream()
        .map(kept -> kept.finding())
        .filter(finding -> finding.code().equals("CONSECUTIVE_ERROR_STREAK"))
        .map(Finding::title)
        .toList();
  }

  private List<Event> streak(String trace, int errors) {
    Instant start = Instant.now().minus(1, ChronoUnit.HOURS);
    Story story = new Story(rig.project().id(), "agent", trace, start).asks("Do it");
    for (int i = 0; i < errors; i++) {
      story.fails();
    }
    return story.events();
  }

  private static Instant soon() {
    return Instant.now().plusSeconds(6);
  }

  private static Instant later() {
    return Instant.now().plusSeconds(120);
  }
}
