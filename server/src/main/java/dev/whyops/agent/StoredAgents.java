package dev.whyops.agent;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.id.Ids;
import dev.whyops.json.Json;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectScope;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Agents out of the store, remembered for a few seconds: an event costs one look into memory once
 * its agent and definition were seen.
 *
 * <p>When agents were last seen is collected and written by {@link #flushLastSeen} in batches.
 */
public final class StoredAgents implements Agents {
  /** Observed versions per agent; a prompt that differs in every call would fill the disk. */
  static final int OBSERVED_MAX = 1_000;

  private static final int AGENTS_CACHED_MAX = 50_000;
  private static final int VERSIONS_CACHED_MAX = 50_000;
  private static final Duration FRESH = Duration.ofSeconds(5);

  /** Finds an observed version by the text that described it. */
  private record Observed(String agentId, String definitionSha256) {}

  private final AgentStore store;
  private final Ids ids;
  private final Clock clock;
  private final Cache<AgentStore.Name, Agent> agents;
  private final Cache<Observed, AgentVersion> observed;
  private final Cache<String, AgentVersion> current;
  private volatile Map<AgentStore.Name, Double> shares = Map.of();
  private final Map<String, Instant> lastSeen = new ConcurrentHashMap<>();

  public StoredAgents(AgentStore store, Ids ids, Clock clock, Ticker ticker) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.agents = cache(AGENTS_CACHED_MAX, ticker);
    this.observed = cache(VERSIONS_CACHED_MAX, ticker);
    this.current = cache(AGENTS_CACHED_MAX, ticker);
  }

  @Override
  public AgentVersion init(
      ProjectScope scope, Environment environment, String agentName, String metadataJson) {
    AgentStore.Name name = name(scope, environment, agentName);
    DefinitionHash.Definition definition = DefinitionHash.of(object(metadataJson));
    AgentStore.Registered registered =
        register(name, definition, Version.Origin.INIT, true, clock.instant());
    return version(registered);
  }

  @Override
  public AgentVersion observe(
      ProjectScope scope,
      Environment environment,
      String agentName,
      String observedJson,
      Instant at) {
    AgentStore.Name name = name(scope, environment, agentName);
    Agent agent = agents.getIfPresent(name);
    if (agent == null) {
      Optional<Agent> stored = store.find(name);
      if (stored.isEmpty()) {
        return version(
            register(
                name, DefinitionHash.of(object(observedJson)), Version.Origin.OBSERVED, true, at));
      }
      agent = stored.get();
      agents.put(name, agent);
    }
    lastSeen.merge(agent.id(), at, (a, b) -> a.isAfter(b) ? a : b);
    return agent.initialised() || observedJson.equals("{}")
        ? currentVersion(scope, agent)
        : observedVersion(scope, name, agent, observedJson, at);
  }

  /**
   * Share of this agent's traces that is kept, 0-1, as {@link #refreshSampling} read it last; 1 for
   * an agent that is not known. Never blocks.
   */
  public double samplingShare(ProjectScope scope, Environment environment, String agentName) {
    Map<AgentStore.Name, Double> known = shares;
    return known.isEmpty() ? 1.0 : known.getOrDefault(name(scope, environment, agentName), 1.0);
  }

  /** Reads the shares again; holds within seconds of a change, on every node. */
  public void refreshSampling() {
    shares = Map.copyOf(store.sampled());
  }

  /** Writes when agents were last seen; what cannot be written now is kept for the next time. */
  public void flushLastSeen() {
    Map<String, Instant> batch = new HashMap<>(lastSeen);
    if (batch.isEmpty()) {
      return;
    }
    store.touch(batch);
    batch.forEach(lastSeen::remove);
  }

  private AgentVersion observedVersion(
      ProjectScope scope, AgentStore.Name name, Agent agent, String observedJson, Instant at) {
    Observed key = new Observed(agent.id(), DefinitionHash.sha256(observedJson));
    AgentVersion known = observed.getIfPresent(key);
    if (known != null) {
      return known;
    }
    if (store.versionCount(agent.id(), Version.Origin.OBSERVED) >= OBSERVED_MAX) {
      return currentVersion(scope, agent);
    }
    DefinitionHash.Definition definition = DefinitionHash.of(object(observedJson));
    AgentVersion version = version(register(name, definition, Version.Origin.OBSERVED, false, at));
    observed.put(
        key,
        new AgentVersion(
            version.agentId(), version.agentVersionId(), version.versionHash(), false));
    return version;
  }

  private AgentVersion currentVersion(ProjectScope scope, Agent agent) {
    AgentVersion known = current.getIfPresent(agent.id());
    if (known != null && known.agentVersionId().equals(agent.currentVersionId())) {
      return known;
    }
    Version version = store.version(scope, agent.id(), agent.currentVersionId()).orElseThrow();
    AgentVersion result = new AgentVersion(agent.id(), version.id(), version.hash(), false);
    current.put(agent.id(), result);
    return result;
  }

  private AgentStore.Registered register(
      AgentStore.Name name,
      DefinitionHash.Definition definition,
      Version.Origin origin,
      boolean makeCurrent,
      Instant at) {
    AgentStore.Registered registered =
        store.register(
            new AgentStore.Registration(
                name,
                ids.next("agt_"),
                ids.next("ver_"),
                definition.hash(),
                definition.canonicalJson(),
                origin,
                makeCurrent,
                at));
    agents.put(name, registered.agent());
    return registered;
  }

  private static AgentVersion version(AgentStore.Registered registered) {
    return new AgentVersion(
        registered.agent().id(), registered.versionId(), registered.hash(), registered.created());
  }

  private static AgentStore.Name name(ProjectScope scope, Environment environment, String text) {
    return new AgentStore.Name(scope, environment, Normalizer.normalize(text, Normalizer.Form.NFC));
  }

  private static ObjectNode object(String json) {
    if (Json.mapper().readTree(json) instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalArgumentException("a definition is a JSON object");
  }

  private static <K, V> Cache<K, V> cache(int sizeMax, Ticker ticker) {
    return Caffeine.newBuilder()
        .maximumSize(sizeMax)
        .expireAfterWrite(FRESH)
        .executor(Runnable::run)
        .ticker(ticker)
        .build();
  }
}
