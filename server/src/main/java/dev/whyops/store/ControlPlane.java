package dev.whyops.store;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.agent.AgentCatalog;
import dev.whyops.agent.StoredAgents;
import dev.whyops.audit.AuditLog;
import dev.whyops.auth.Accounts;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.CachedApiKeys;
import dev.whyops.auth.Passwords;
import dev.whyops.auth.Sessions;
import dev.whyops.auth.SetupCodes;
import dev.whyops.config.Settings;
import dev.whyops.evidence.FindingStore;
import dev.whyops.id.Ids;
import dev.whyops.id.SteadyClock;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.route.DestinationCheck;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.StoredProviders;
import dev.whyops.store.postgres.PostgresDatabase;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.SqlAgentStore;
import dev.whyops.store.sql.SqlApiKeyStore;
import dev.whyops.store.sql.SqlAuditLog;
import dev.whyops.store.sql.SqlFindingStore;
import dev.whyops.store.sql.SqlInviteStore;
import dev.whyops.store.sql.SqlKeysets;
import dev.whyops.store.sql.SqlMemberStore;
import dev.whyops.store.sql.SqlProjectStore;
import dev.whyops.store.sql.SqlProviderStore;
import dev.whyops.store.sql.SqlSavedViewStore;
import dev.whyops.store.sql.SqlSessionStore;
import dev.whyops.store.sql.SqlSetupCodeStore;
import dev.whyops.store.sql.SqlUserStore;
import dev.whyops.store.sqlite.SqliteDatabase;
import dev.whyops.tenancy.Invites;
import dev.whyops.tenancy.Members;
import dev.whyops.tenancy.Projects;
import dev.whyops.vault.KeyFile;
import dev.whyops.vault.Vault;
import dev.whyops.view.SavedViews;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * All services of the control plane over one database: who may do what, which providers there are,
 * which agents are known. Opened once by the composition; closing it writes what was collected.
 *
 * @param firstProject the project of the first start
 */
public record ControlPlane(
    Ids ids,
    Clock clock,
    Vault vault,
    CachedApiKeys apiKeys,
    ApiKeyDesk apiKeyDesk,
    StoredProviders providers,
    ProviderDesk providerDesk,
    StoredAgents agents,
    AgentCatalog agentCatalog,
    dev.whyops.tenancy.Settings settings,
    Sessions sessions,
    Accounts accounts,
    Projects projects,
    Members members,
    Invites invites,
    SavedViews savedViews,
    FindingStore findings,
    AuditLog audit,
    Project firstProject,
    Database database,
    Housekeeping housekeeping)
    implements AutoCloseable {
  private static final String FILE = "control.db";

  /**
   * Opens the store that the settings name, brings its tables up to date, opens the vault, and on a
   * first start creates what the settings name.
   *
   * @param destinations where providers may live
   * @throws dev.whyops.store.sql.MigrationException when a newer server wrote the tables
   * @throws dev.whyops.vault.VaultException when the key file cannot be used
   */
  public static ControlPlane open(Settings settings, DestinationCheck destinations) {
    return open(
        settings
            .databaseUrl()
            .<Database>map(PostgresDatabase::open)
            .orElseGet(() -> SqliteDatabase.open(embeddedFile(settings.dataDir()))),
        settings.secretKeyFile(),
        settings.bootstrap(),
        destinations,
        Clock.systemUTC(),
        Ticker.systemTicker());
  }

  /** Where the embedded database lies; its folder is made when it is missing. */
  public static Path embeddedFile(Path dataDirectory) {
    return DataDirectory.prepare(dataDirectory).resolve(FILE);
  }

  static ControlPlane open(
      Database database,
      Path secretKeyFile,
      Settings.Bootstrap bootstrap,
      DestinationCheck destinations,
      Clock wall,
      Ticker ticker) {
    try {
      return wire(database, secretKeyFile, bootstrap, destinations, wall, ticker);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static ControlPlane wire(
      Database database,
      Path secretKeyFile,
      Settings.Bootstrap bootstrap,
      DestinationCheck destinations,
      Clock wall,
      Ticker ticker) {
    SecureRandom random = new SecureRandom();
    Clock clock = new SteadyClock(wall, ticker);
    Ids ids = new Ids(clock, random);
    SqlAuditLog audit = new SqlAuditLog(database, clock);
    Vault vault = Vault.open(new KeyFile(secretKeyFile, random), new SqlKeysets(database), clock);

    SqlProviderStore providerStore = new SqlProviderStore(database, audit);
    StoredProviders providers = new StoredProviders(providerStore, vault, ticker);
    ProviderDesk providerDesk =
        new ProviderDesk(providerStore, providers, vault, destinations, ids, clock);

    SqlApiKeyStore keyStore = new SqlApiKeyStore(database, audit);
    CachedApiKeys apiKeys = new CachedApiKeys(keyStore, clock, ticker);
    ApiKeyDesk apiKeyDesk =
        new ApiKeyDesk(
            keyStore,
            apiKeys,
            (scope, id) -> providerStore.find(scope, id).isPresent(),
            ids,
            clock,
            random);

    SqlProjectStore projectStore = new SqlProjectStore(database, audit);
    FirstStart firstStart =
        new FirstStart(projectStore, providerDesk, apiKeyDesk, audit, ids, clock);
    Project firstProject = firstStart.project();
    Sessions sessions = new Sessions(new SqlSessionStore(database), ids, clock, random);
    Accounts accounts =
        new Accounts(
            new SqlUserStore(database, audit),
            sessions,
            new Passwords(vault::passwordPepper, random),
            new SetupCodes(new SqlSetupCodeStore(database), ids, clock, random),
            audit,
            firstProject.id(),
            ids,
            clock,
            ticker);
    firstStart.run(firstProject, accounts, bootstrap);

    Projects projects = new Projects(projectStore, ids, clock);
    projects.onDeletion(id -> forget(id, vault, apiKeys, providers));
    SqlAgentStore agentStore = new SqlAgentStore(database);
    StoredAgents agents = new StoredAgents(agentStore, ids, clock, ticker);
    return new ControlPlane(
        ids,
        clock,
        vault,
        apiKeys,
        apiKeyDesk,
        providers,
        providerDesk,
        agents,
        new AgentCatalog(agentStore),
        new dev.whyops.tenancy.Settings(projectStore, ticker),
        sessions,
        accounts,
        projects,
        new Members(new SqlMemberStore(database, audit), apiKeyDesk),
        new Invites(new SqlInviteStore(database, audit), accounts, ids, clock, random),
        new SavedViews(new SqlSavedViewStore(database), ids, clock),
        new SqlFindingStore(database, audit),
        audit,
        firstProject,
        database,
        new Housekeeping(database, apiKeys, agents, sessions));
  }

  /** Writes what was collected and closes the database. */
  @Override
  public void close() {
    housekeeping.close();
  }

  /** A project is being deleted: nothing of it may go on from memory. */
  private static void forget(
      ProjectId project, Vault vault, CachedApiKeys apiKeys, StoredProviders providers) {
    apiKeys.evictAll();
    providers.evict(new ProjectScope(project));
    vault.forget(project);
  }
}
