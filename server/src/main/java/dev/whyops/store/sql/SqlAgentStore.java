package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.AGENTS;
import static dev.whyops.store.sql.Tables.AGENT_VERSIONS;

import dev.whyops.agent.Agent;
import dev.whyops.agent.AgentStore;
import dev.whyops.agent.Version;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Agents and their versions in SQL. */
public final class SqlAgentStore implements AgentStore {
  private static final int PPM = 1_000_000;

  private final Database database;

  public SqlAgentStore(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Agent> find(Name name) {
    return database.read(sql -> find(sql, name));
  }

  @Override
  public Registered register(Registration wanted) {
    return database.write(
        tx -> {
          insertAgent(tx, wanted);
          Agent agent = find(tx, wanted.name()).orElseThrow();
          boolean created = insertVersion(tx, wanted, agent.id());
          String versionId =
              tx.select(AGENT_VERSIONS.id)
                  .from(AGENT_VERSIONS)
                  .where(AGENT_VERSIONS.agentId.eq(agent.id()))
                  .and(AGENT_VERSIONS.hash.eq(wanted.hash()))
                  .fetchSingle(AGENT_VERSIONS.id);
          boolean init = wanted.origin() == Version.Origin.INIT;
          boolean makeCurrent = wanted.makeCurrent() || (created && !agent.initialised());
          if (makeCurrent || (init && !agent.initialised())) {
            tx.update(AGENTS)
                .set(AGENTS.currentVersionId, makeCurrent ? versionId : agent.currentVersionId())
                .set(AGENTS.initialised, agent.initialised() || init)
                .where(AGENTS.id.eq(agent.id()))
                .execute();
          }
          return new Registered(
              find(tx, wanted.name()).orElseThrow(), versionId, wanted.hash(), created);
        });
  }

  @Override
  public int versionCount(String agentId, Version.Origin origin) {
    return database.read(
        sql ->
            sql.fetchCount(
                AGENT_VERSIONS,
                AGENT_VERSIONS.agentId.eq(agentId).and(AGENT_VERSIONS.origin.eq(origin))));
  }

  @Override
  public Optional<Agent> find(ProjectScope scope, String agentId) {
    return database.read(
        sql ->
            sql.selectFrom(AGENTS)
                .where(AGENTS.projectId.eq(scope.project().value()))
                .and(AGENTS.id.eq(agentId))
                .fetchOptional(SqlAgentStore::agent));
  }

  @Override
  public List<Agent> list(
      ProjectScope scope, @Nullable Environment environment, @Nullable Agent after, int limit) {
    Condition only = environment == null ? DSL.noCondition() : AGENTS.environment.eq(environment);
    Condition page =
        after == null
            ? DSL.noCondition()
            : DSL.row(AGENTS.name, AGENTS.environment)
                .gt(DSL.val(after.name()), DSL.val(after.environment(), AGENTS.environment));
    return database.read(
        sql ->
            sql.selectFrom(AGENTS)
                .where(AGENTS.projectId.eq(scope.project().value()))
                .and(only)
                .and(page)
                .orderBy(AGENTS.name, AGENTS.environment)
                .limit(limit)
                .fetch(SqlAgentStore::agent));
  }

  @Override
  public List<Version> versions(
      ProjectScope scope, String agentId, @Nullable String beforeId, int limit) {
    Condition page = beforeId == null ? DSL.noCondition() : AGENT_VERSIONS.id.lt(beforeId);
    return database.read(
        sql ->
            sql.selectFrom(AGENT_VERSIONS)
                .where(AGENT_VERSIONS.projectId.eq(scope.project().value()))
                .and(AGENT_VERSIONS.agentId.eq(agentId))
                .and(page)
                .orderBy(AGENT_VERSIONS.id.desc())
                .limit(limit)
                .fetch(SqlAgentStore::version));
  }

  @Override
  public Optional<Version> version(ProjectScope scope, String agentId, String versionId) {
    return database.read(
        sql ->
            sql.selectFrom(AGENT_VERSIONS)
                .where(AGENT_VERSIONS.projectId.eq(scope.project().value()))
                .and(AGENT_VERSIONS.agentId.eq(agentId))
                .and(AGENT_VERSIONS.id.eq(versionId))
                .fetchOptional(SqlAgentStore::version));
  }

  @Override
  public Map<Name, Double> sampled() {
    return database.read(
        sql ->
            sql.selectFrom(AGENTS)
                .where(AGENTS.samplingPpm.lt(PPM))
                .fetchMap(
                    row ->
                        new Name(
                            new ProjectScope(new ProjectId(row.get(AGENTS.projectId))),
                            row.get(AGENTS.environment),
                            row.get(AGENTS.name)),
                    row -> (double) row.get(AGENTS.samplingPpm) / PPM));
  }

  @Override
  public boolean setSampling(ProjectScope scope, String agentId, double sampling) {
    return database.write(
        tx ->
            tx.update(AGENTS)
                    .set(AGENTS.samplingPpm, (int) Math.round(sampling * PPM))
                    .where(AGENTS.projectId.eq(scope.project().value()))
                    .and(AGENTS.id.eq(agentId))
                    .execute()
                == 1);
  }

  @Override
  public void touch(Map<String, Instant> lastSeen) {
    database.write(
        tx -> {
          lastSeen.forEach(
              (agentId, at) ->
                  tx.update(AGENTS)
                      .set(AGENTS.lastSeenAt, at)
                      .where(AGENTS.id.eq(agentId))
                      .and(AGENTS.lastSeenAt.lt(at))
                      .execute());
          return true;
        });
  }

  private static void insertAgent(DSLContext tx, Registration wanted) {
    tx.insertInto(AGENTS)
        .set(AGENTS.id, wanted.agentId())
        .set(AGENTS.projectId, wanted.name().scope().project().value())
        .set(AGENTS.environment, wanted.name().environment())
        .set(AGENTS.name, wanted.name().text())
        .set(AGENTS.initialised, wanted.origin() == Version.Origin.INIT)
        .set(AGENTS.currentVersionId, wanted.versionId())
        .set(AGENTS.samplingPpm, PPM)
        .set(AGENTS.createdAt, wanted.at())
        .set(AGENTS.lastSeenAt, wanted.at())
        .onConflictDoNothing()
        .execute();
  }

  private static boolean insertVersion(DSLContext tx, Registration wanted, String agentId) {
    return tx.insertInto(AGENT_VERSIONS)
            .set(AGENT_VERSIONS.id, wanted.versionId())
            .set(AGENT_VERSIONS.projectId, wanted.name().scope().project().value())
            .set(AGENT_VERSIONS.agentId, agentId)
            .set(AGENT_VERSIONS.hash, wanted.hash())
            .set(AGENT_VERSIONS.origin, wanted.origin())
            .set(AGENT_VERSIONS.definition, wanted.definitionJson())
            .set(AGENT_VERSIONS.createdAt, wanted.at())
            .onConflictDoNothing()
            .execute()
        == 1;
  }

  private static Optional<Agent> find(DSLContext sql, Name name) {
    return sql.selectFrom(AGENTS)
        .where(AGENTS.projectId.eq(name.scope().project().value()))
        .and(AGENTS.environment.eq(name.environment()))
        .and(AGENTS.name.eq(name.text()))
        .fetchOptional(SqlAgentStore::agent);
  }

  private static Agent agent(Record row) {
    return new Agent(
        row.get(AGENTS.id),
        row.get(AGENTS.environment),
        row.get(AGENTS.name),
        row.get(AGENTS.initialised),
        row.get(AGENTS.currentVersionId),
        (double) row.get(AGENTS.samplingPpm) / PPM,
        row.get(AGENTS.createdAt),
        row.get(AGENTS.lastSeenAt));
  }

  private static Version version(Record row) {
    return new Version(
        row.get(AGENT_VERSIONS.id),
        row.get(AGENT_VERSIONS.agentId),
        row.get(AGENT_VERSIONS.hash),
        row.get(AGENT_VERSIONS.origin),
        row.get(AGENT_VERSIONS.definition),
        row.get(AGENT_VERSIONS.createdAt));
  }
}
