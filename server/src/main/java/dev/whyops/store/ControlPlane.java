package dev.whyops.store;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.whyops.agent.AgentCatalog;
import dev.whyops.agent.StoredAgents;
import dev.whyops.audit.AuditLog;
import dev.whyops.auth.Accounts;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.auth.CachedApiKeys;
import dev.whyops.auth.Sessions;
import dev.whyops.config.Settings;
import dev.whyops.evidence.FindingStore;
import dev.whyops.id.Ids;
import dev.whyops.id.SteadyClock;
import dev.whyops.project.Project;
import dev.whyops.route.DestinationCheck;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.StoredProviders;
import dev.whyops.store.sql.Database;
import dev.whyops.tenancy.Invites;
import dev.whyops.tenancy.Members;
import dev.whyops.tenancy.Prices;
import dev.whyops.tenancy.Projects;
import dev.whyops.vault.Vault;
import dev.whyops.view.SavedViews;
import java.nio.file.Path;
import java.time.Clock;

/**
 * All services of the control plane over one database: who may do what, which providers there are,
 * which agents are known. Opened once by the composition; closing it writes what was collected.
 *
 * @param firstProject the project of the first start
 */
public record ControlPlane(
    Ids ids,
    SteadyClock clock,
    Vault vault,
    CachedApiKeys apiKeys,
    ApiKeyDesk apiKeyDesk,
    StoredProviders providers,
    ProviderDesk providerDesk,
    StoredAgents agents,
    AgentCatalog agentCatalog,
    dev.whyops.tenancy.Settings settings,
    Prices prices,
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
  /** Name of the embedded database in the data folder. */
  public static final String FILE = "control.db";

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
        ControlPlaneFile.open(settings),
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
      return new Assembly(database, secretKeyFile, wall, ticker).assemble(bootstrap, destinations);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Writes what was collected and closes the database. */
  @Override
  public void close() {
    housekeeping.close();
  }
}
