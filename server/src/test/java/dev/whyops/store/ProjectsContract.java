package dev.whyops.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whyops.agent.Agent;
import dev.whyops.agent.AgentVersion;
import dev.whyops.agent.Version;
import dev.whyops.audit.AuditEntry;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.KeyCheck;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Role;
import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import dev.whyops.tenancy.Prices;
import dev.whyops.tenancy.Settings;
import dev.whyops.vault.Secret;
import dev.whyops.view.SavedView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Projects, settings, agents, audit log and saved views, on every engine. */
abstract class ProjectsContract extends ControlPlaneContract {
  private static final String OWN_PRICE =
      "[{\"id\":\"own/gpt-4o\",\"provider\":\"*\",\"model\":\"gpt-4o\",\"source\":\"contract\","
          + "\"usdPerMillion\":{\"input\":\"%1$s\",\"output\":\"%1$s\"}}]";

  @Test
  void settingsAreKeptPerProject() throws Exception {
    Membership owner = owner();
    assertThat(plane.settings().find(owner)).isEqualTo(ProjectSettings.DEFAULT);
    ProjectSettings changed =
        new ProjectSettings(
            Capture.METADATA,
            true,
            30,
            List.of(new ProjectSettings.Mask("card", "[0-9]{16}", "****")));
    plane.settings().save(owner, changed);
    plane.settings().save(owner, changed);
    assertThat(plane.settings().load(owner.scope())).isEqualTo(changed);
    assertThat(plane.settings().find(ownerElsewhere("other"))).isEqualTo(ProjectSettings.DEFAULT);
    reopen();
    assertThat(plane.settings().find(owner)).isEqualTo(changed);
  }

  @Test
  void pricesAreKeptPerProject() throws Exception {
    Membership owner = owner();
    assertThat(plane.prices().find(owner)).isEqualTo("[]");
    plane.prices().save(owner, OWN_PRICE.formatted("7"));
    plane.prices().save(owner, OWN_PRICE.formatted("8"));
    assertThat(plane.prices().find(ownerElsewhere("other"))).isEqualTo("[]");
    reopen();
    assertThat(plane.prices().find(owner)).isEqualTo(OWN_PRICE.formatted("8"));
    assertThat(plane.prices().book(owner.scope()).rowById("own/gpt-4o"))
        .hasValueSatisfying(row -> assertThat(row.source()).isEqualTo("contract"));
  }

  @Test
  @DisplayName("DA-12 a broken price list leaves the old one")
  void aBrokenPriceListLeavesTheOldOne() {
    Membership owner = owner();
    plane.prices().save(owner, OWN_PRICE.formatted("7"));
    for (String broken :
        List.of(
            "{}",
            "[{}]",
            "not json",
            OWN_PRICE.formatted("-1"),
            OWN_PRICE.formatted("a lot"),
            OWN_PRICE.formatted("1").replace("]", "," + OWN_PRICE.formatted("2").substring(1)),
            OWN_PRICE.formatted("1").replace("output", "words"))) {
      refused(400, "invalid_prices", () -> plane.prices().save(owner, broken));
    }
    String large = "[" + " ".repeat(Prices.ROWS_BYTES_MAX) + "]";
    refused(400, "too_large", () -> plane.prices().save(owner, large));
    assertThat(plane.prices().find(owner)).isEqualTo(OWN_PRICE.formatted("7"));
    assertThat(plane.prices().book(owner.scope()).rowById("own/gpt-4o")).isPresent();
  }

  @Test
  @DisplayName("DA-13 retention is 1 to 3650 days")
  void retentionHasBounds() {
    for (long days : new long[] {0, -1, 1_000_000, Long.MAX_VALUE, 3651}) {
      refused(400, "invalid_retention", () -> Settings.retentionDays(days));
    }
    assertThat(Settings.retentionDays(1)).isEqualTo(1);
    assertThat(Settings.retentionDays(3650)).isEqualTo(3650);
  }

  @Test
  void masksAreChecked() {
    Membership owner = owner();
    for (String pattern : List.of("(", "a*", "", "(?=x)y", "x".repeat(1_001))) {
      ProjectSettings settings =
          new ProjectSettings(
              Capture.FULL, false, 90, List.of(new ProjectSettings.Mask("m", pattern, "*")));
      refused(400, "invalid_mask", () -> plane.settings().save(owner, settings));
    }
  }

  @Test
  void goingBackToADefinitionFindsItsVersion() {
    ProjectScope scope = owner().scope();
    AgentVersion a = init(scope, "shop", "{\"systemPrompt\":\"a\"}");
    AgentVersion b = init(scope, "shop", "{\"systemPrompt\":\"b\"}");
    AgentVersion again = init(scope, "shop", "{\"systemPrompt\":\"a\"}");
    assertThat(b.agentId()).isEqualTo(a.agentId());
    assertThat(b.agentVersionId()).isNotEqualTo(a.agentVersionId());
    assertThat(again.agentVersionId()).isEqualTo(a.agentVersionId());
    assertThat(again.created()).isFalse();
    assertThat(plane.agentCatalog().find(scope, a.agentId()).currentVersionId())
        .isEqualTo(a.agentVersionId());
    assertThat(plane.agentCatalog().versions(scope, a.agentId(), null, 10))
        .extracting(Version::id)
        .containsExactlyInAnyOrder(a.agentVersionId(), b.agentVersionId());
    assertThat(
            plane
                .agentCatalog()
                .diff(scope, a.agentId(), a.agentVersionId(), b.agentVersionId())
                .prompt())
        .hasSize(2);
  }

  @Test
  void anAgentIsObservedUntilItIsInitialised() {
    ProjectScope scope = owner().scope();
    AgentVersion first = observe(scope, "bot", "{\"systemPrompt\":\"a\"}");
    assertThat(first.created()).isTrue();
    assertThat(observe(scope, "bot", "{\"systemPrompt\":\"a\"}").agentVersionId())
        .isEqualTo(first.agentVersionId());
    AgentVersion second = observe(scope, "bot", "{\"systemPrompt\":\"b\"}");
    assertThat(second.agentVersionId()).isNotEqualTo(first.agentVersionId());
    assertThat(observe(scope, "bot", "{}").agentVersionId()).isEqualTo(second.agentVersionId());
    Agent observed = plane.agentCatalog().find(scope, first.agentId());
    assertThat(observed.initialised()).isFalse();
    assertThat(
            plane.agentCatalog().version(scope, first.agentId(), first.agentVersionId()).origin())
        .isEqualTo(Version.Origin.OBSERVED);

    AgentVersion declared = init(scope, "bot", "{\"systemPrompt\":\"c\"}");
    assertThat(observe(scope, "bot", "{\"systemPrompt\":\"d\"}").agentVersionId())
        .isEqualTo(declared.agentVersionId());
    assertThat(plane.agentCatalog().find(scope, first.agentId()).initialised()).isTrue();
  }

  @Test
  void initOfAnObservedDefinitionKeepsItsVersion() {
    ProjectScope scope = owner().scope();
    AgentVersion seen = observe(scope, "bot", "{\"systemPrompt\":\"a\"}");
    observe(scope, "bot", "{\"systemPrompt\":\"b\"}");
    AgentVersion declared = init(scope, "bot", "{\"systemPrompt\":\"a\"}");
    assertThat(declared.created()).isFalse();
    assertThat(declared.agentVersionId()).isEqualTo(seen.agentVersionId());
    assertThat(observe(scope, "bot", "{\"systemPrompt\":\"b\"}").agentVersionId())
        .isEqualTo(seen.agentVersionId());
  }

  @Test
  @DisplayName("IN-27 two spellings that are equal in NFC are one agent")
  void namesAreComparedInNfc() {
    ProjectScope scope = owner().scope();
    AgentVersion composed = init(scope, "caf\u00e9", "{\"systemPrompt\":\"a\"}");
    AgentVersion decomposed = init(scope, "cafe\u0301", "{\"systemPrompt\":\"a\"}");
    assertThat(decomposed.agentId()).isEqualTo(composed.agentId());
  }

  @Test
  void agentsBelongToAnEnvironmentAndAProject() {
    Membership here = owner();
    Membership there = ownerElsewhere("other");
    AgentVersion mine = init(here.scope(), "shop", "{\"systemPrompt\":\"a\"}");
    AgentVersion theirs = init(there.scope(), "shop", "{\"systemPrompt\":\"a\"}");
    AgentVersion staging =
        plane.agents().init(here.scope(), Environment.STAGING, "shop", "{\"systemPrompt\":\"a\"}");
    assertThat(new HashSet<>(List.of(mine.agentId(), theirs.agentId(), staging.agentId())))
        .hasSize(3);
    assertThat(mine.versionHash()).isEqualTo(theirs.versionHash());
    refused(404, "not_found", () -> plane.agentCatalog().find(here.scope(), theirs.agentId()));
    refused(
        404,
        "not_found",
        () ->
            plane.agentCatalog().version(here.scope(), theirs.agentId(), theirs.agentVersionId()));
    refused(404, "not_found", () -> plane.agentCatalog().setSampling(here, theirs.agentId(), 0.5));
    assertThat(plane.agentCatalog().list(here.scope(), null, null, 10)).hasSize(2);
    assertThat(plane.agentCatalog().list(here.scope(), Environment.STAGING, null, 10))
        .extracting(Agent::id)
        .containsExactly(staging.agentId());
  }

  @Test
  void agentsArePaged() {
    ProjectScope scope = owner().scope();
    for (int i = 0; i < 7; i++) {
      init(scope, "a" + i, "{\"systemPrompt\":\"a\"}");
    }
    List<String> names = new ArrayList<>();
    List<Agent> page = plane.agentCatalog().list(scope, null, null, 3);
    while (!page.isEmpty()) {
      page.forEach(agent -> names.add(agent.name()));
      page = plane.agentCatalog().list(scope, null, page.getLast().id(), 3);
    }
    assertThat(names).containsExactly("a0", "a1", "a2", "a3", "a4", "a5", "a6");
  }

  @Test
  void callersAtOnceGetOneVersion() throws Exception {
    ProjectScope scope = owner().scope();
    List<Future<AgentVersion>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 32; i++) {
        all.add(threads.submit(() -> init(scope, "shop", "{\"systemPrompt\":\"a\"}")));
      }
    }
    HashSet<String> ids = new HashSet<>();
    int created = 0;
    for (Future<AgentVersion> one : all) {
      ids.add(one.get().agentVersionId());
      created += one.get().created() ? 1 : 0;
    }
    assertThat(ids).hasSize(1);
    assertThat(created).isEqualTo(1);
  }

  @Test
  void lastSightsAndSamplingAreKept() throws Exception {
    Membership owner = owner();
    AgentVersion version = init(owner.scope(), "shop", "{\"systemPrompt\":\"a\"}");
    time.pass(Duration.ofHours(1));
    observe(owner.scope(), "shop", "{}");
    plane.agentCatalog().setSampling(owner, version.agentId(), 0.25);
    refused(
        400,
        "invalid_sampling",
        () -> plane.agentCatalog().setSampling(owner, version.agentId(), Double.NaN));
    reopen();
    Agent agent = plane.agentCatalog().find(owner.scope(), version.agentId());
    assertThat(agent.lastSeenAt()).isEqualTo(time.instant());
    assertThat(agent.sampling()).isEqualTo(0.25);
    assertThat(plane.agents().samplingShare(owner.scope(), Environment.PRODUCTION, "shop"))
        .isEqualTo(0.25);
    assertThat(plane.agents().samplingShare(owner.scope(), Environment.STAGING, "shop"))
        .isEqualTo(1);
  }

  @Test
  void theAuditLogIsChained() {
    Membership owner = owner();
    for (int i = 0; i < 5; i++) {
      plane.apiKeyDesk().create(owner, keyWish("k" + i));
    }
    List<AuditEntry> newest = plane.audit().entries(owner.scope(), Long.MAX_VALUE, 3);
    assertThat(newest).extracting(AuditEntry::action).containsOnly("api_key.created");
    assertThat(newest).extracting(AuditEntry::actor).containsOnly(owner.person().id());
    List<AuditEntry> older = plane.audit().entries(owner.scope(), newest.getLast().sequence(), 100);
    assertThat(older.getLast().sequence()).isEqualTo(1);
    assertThat(plane.audit().firstBroken(owner.scope())).isEmpty();

    long changed = newest.getLast().sequence();
    tamper("UPDATE audit SET actor_label = 'nobody' WHERE sequence = " + changed);
    assertThat(plane.audit().firstBroken(owner.scope())).hasValue(changed);
  }

  @Test
  void aRemovedAuditEntryIsNoticed() {
    Membership owner = owner();
    plane.apiKeyDesk().create(owner, keyWish("k"));
    tamper("DELETE FROM audit WHERE sequence = 2");
    assertThat(plane.audit().firstBroken(owner.scope())).hasValue(2);
  }

  @Test
  void viewsArePrivateOrShared() {
    Membership owner = owner();
    Membership member = joined(plane.firstProject(), Role.MEMBER);
    Membership viewer = joined(plane.firstProject(), Role.VIEWER);
    SavedView mine = plane.savedViews().create(member, "mine", false, "{\"q\":\"status=error\"}");
    SavedView shared = plane.savedViews().create(member, "shared", true, "{}");
    assertThat(plane.savedViews().list(member)).containsExactly(mine, shared);
    assertThat(plane.savedViews().list(viewer)).containsExactly(shared);
    refused(404, "not_found", () -> plane.savedViews().delete(owner, mine.id()));
    refused(403, "forbidden", () -> plane.savedViews().delete(viewer, shared.id()));
    refused(403, "forbidden", () -> plane.savedViews().create(viewer, "x", true, "{}"));
    plane.savedViews().update(owner, shared.id(), "renamed", true, "{\"q\":\"\"}");
    assertThat(plane.savedViews().list(viewer)).extracting(SavedView::name).contains("renamed");
    plane.savedViews().delete(owner, shared.id());
    assertThat(plane.savedViews().list(member)).containsExactly(mine);
    Membership there = ownerElsewhere("other");
    refused(404, "not_found", () -> plane.savedViews().delete(there, mine.id()));
  }

  @Test
  @DisplayName("DA-14 a deleted project's keys are refused and its secrets cannot be opened")
  void deletionDestroysTheKeyset() throws Exception {
    Membership owner = owner();
    refused(409, "last_project", () -> plane.projects().delete(owner));
    Membership doomed = ownerElsewhere("doomed");
    plane
        .providerDesk()
        .create(
            doomed,
            KeysAndProvidersContract.wish("p", "https://a.example", new Secret("sk-0123456789")));
    ApiKeyDesk.Created key = plane.apiKeyDesk().create(doomed, keyWish("app"));
    assertThat(plane.apiKeys().check(key.secret().reveal())).isInstanceOf(KeyCheck.Accepted.class);

    plane.projects().delete(doomed);
    assertThat(plane.apiKeys().check(key.secret().reveal())).isInstanceOf(KeyCheck.Rejected.class);
    assertThat(count("SELECT count(*) FROM keysets WHERE owner = '" + doomed.project() + "'"))
        .isZero();
    assertThat(plane.projects().inDeletion()).containsExactly(doomed.project());

    reopen(); // the job goes on after a kill
    assertThat(plane.projects().inDeletion()).containsExactly(doomed.project());
    plane.projects().finishDeletion(doomed.project());
    plane.projects().finishDeletion(doomed.project());
    assertThat(plane.projects().inDeletion()).isEmpty();
    for (String table : List.of("providers", "api_keys", "members", "audit", "environments")) {
      assertThat(
              count(
                  "SELECT count(*) FROM "
                      + table
                      + " WHERE project_id = '"
                      + doomed.project()
                      + "'"))
          .as(table)
          .isZero();
    }
  }

  @Test
  void aLivingProjectIsNeverFinishedOff() {
    Membership owner = owner();
    plane.projects().finishDeletion(owner.project());
    assertThat(plane.projects().find(owner).name()).isEqualTo("default");
    plane.projects().rename(owner, " shop ");
    assertThat(plane.projects().find(owner).name()).isEqualTo("shop");
  }

  private AgentVersion init(ProjectScope scope, String name, String metadata) {
    return plane.agents().init(scope, Environment.PRODUCTION, name, metadata);
  }

  private AgentVersion observe(ProjectScope scope, String name, String definition) {
    return plane
        .agents()
        .observe(scope, Environment.PRODUCTION, name, definition, plane.clock().instant());
  }

  private void tamper(String sql) {
    database.write(tx -> tx.execute(sql));
  }

  private int count(String sql) {
    return database.read(tx -> tx.fetchSingle(DSL.sql(sql)).get(0, Integer.class));
  }
}
