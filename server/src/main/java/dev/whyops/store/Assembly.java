package dev.whyops.store;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.agent.AgentCatalog;
import dev.whyops.agent.StoredAgents;
import dev.whyops.auth.Accounts;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.CachedApiKeys;
import dev.whyops.auth.Passwords;
import dev.whyops.auth.Sessions;
import dev.whyops.auth.SetupCodes;
import dev.whyops.config.Settings;
import dev.whyops.id.Ids;
import dev.whyops.id.SteadyClock;
import dev.whyops.pricing.PriceBook;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.route.DestinationCheck;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.StoredProviders;
import dev.whyops.store.sql.Database;
import dev.whyops.store.sql.SqlAgentStore;
import dev.whyops.store.sql.SqlApiKeyStore;
import dev.whyops.store.sql.SqlAuditLog;
import dev.whyops.store.sql.SqlFindingStore;
import dev.whyops.store.sql.SqlInviteStore;
import dev.whyops.store.sql.SqlKeysets;
import dev.whyops.store.sql.SqlMemberStore;
import dev.whyops.store.sql.SqlPriceStore;
import dev.whyops.store.sql.SqlProjectStore;
import dev.whyops.store.sql.SqlProviderStore;
import dev.whyops.store.sql.SqlSavedViewStore;
import dev.whyops.store.sql.SqlSessionStore;
import dev.whyops.store.sql.SqlSetupCodeStore;
import dev.whyops.store.sql.SqlUserStore;
import dev.whyops.tenancy.Invites;
import dev.whyops.tenancy.Members;
import dev.whyops.tenancy.Prices;
import dev.whyops.tenancy.Projects;
import dev.whyops.vault.KeyFile;
import dev.whyops.vault.Vault;
import dev.whyops.view.SavedViews;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;

/** Puts the services of the control plane together over one database. */
final class Assembly {
  private final Database database;
  private final Ticker ticker;
  private final SecureRandom random = new SecureRandom();
  private final SteadyClock clock;
  private final Ids ids;
  private final SqlAuditLog audit;
  private final Vault vault;
  private final SqlProviderStore providerStore;
  private final StoredProviders providers;
  private final SqlProjectStore projectStore;
  private final Sessions sessions;

  Assembly(Database database, Path secretKeyFile, Clock wall, Ticker ticker) {
    this.database = database;
    this.ticker = ticker;
    this.clock = new SteadyClock(wall, ticker);
    this.ids = new Ids(clock, random);
    this.audit = new SqlAuditLog(database, clock);
    this.vault = Vault.open(new KeyFile(secretKeyFile, random), new SqlKeysets(database), clock);
    this.providerStore = new SqlProviderStore(database, audit);
    this.providers = new StoredProviders(providerStore, vault, ticker);
    this.projectStore = new SqlProjectStore(database, audit);
    this.sessions = new Sessions(new SqlSessionStore(database), ids, clock, random);
  }

  ControlPlane assemble(Settings.Bootstrap bootstrap, DestinationCheck destinations) {
    ProviderDesk providerDesk =
        new ProviderDesk(providerStore, providers, vault, destinations, ids, clock);
    SqlApiKeyStore keyStore = new SqlApiKeyStore(database, audit);
    CachedApiKeys apiKeys = new CachedApiKeys(keyStore, clock, ticker);
    ApiKeyDesk apiKeyDesk = apiKeyDesk(keyStore, apiKeys);

    FirstStart firstStart =
        new FirstStart(projectStore, providerDesk, apiKeyDesk, audit, ids, clock);
    Project firstProject = firstStart.project();
    Accounts accounts = accounts(firstProject);
    firstStart.run(firstProject, accounts, bootstrap);

    Projects projects = new Projects(projectStore, ids, clock);
    projects.onDeletion(project -> forget(project, apiKeys));
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
        new Prices(PriceBook.builtIn(), new SqlPriceStore(database, audit), clock, ticker),
        sessions,
        accounts,
        projects,
        new Members(new SqlMemberStore(database, audit, clock), apiKeyDesk),
        new Invites(new SqlInviteStore(database, audit), accounts, ids, clock, random),
        new SavedViews(new SqlSavedViewStore(database), ids, clock),
        new SqlFindingStore(database, audit),
        audit,
        firstProject,
        database,
        new Housekeeping(database, apiKeys, agents, sessions));
  }

  private ApiKeyDesk apiKeyDesk(SqlApiKeyStore keyStore, CachedApiKeys apiKeys) {
    return new ApiKeyDesk(
        keyStore,
        apiKeys,
        (scope, id) -> providerStore.find(scope, id).isPresent(),
        ids,
        clock,
        random);
  }

  private Accounts accounts(Project firstProject) {
    return new Accounts(
        new SqlUserStore(database, audit),
        sessions,
        new Passwords(vault::passwordPepper, random),
        new SetupCodes(new SqlSetupCodeStore(database), ids, clock, random),
        audit,
        firstProject.id(),
        ids,
        clock,
        ticker);
  }

  /** A project is being deleted: nothing of it may go on from memory. */
  private void forget(ProjectId project, CachedApiKeys apiKeys) {
    apiKeys.evictAll();
    providers.evict(new ProjectScope(project));
    vault.forget(project);
  }
}
