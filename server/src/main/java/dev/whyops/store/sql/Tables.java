package dev.whyops.store.sql;

import dev.whyops.agent.Version;
import dev.whyops.auth.Role;
import dev.whyops.finding.Finding;
import dev.whyops.finding.Severity;
import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.provider.ProviderType;
import java.time.Instant;
import java.util.List;
import org.jooq.Field;
import org.jooq.impl.SQLDataType;

/** The tables of the control plane and their columns, as {@code db/control} creates them. */
final class Tables {
  static final Projects PROJECTS = new Projects();
  static final Environments ENVIRONMENTS = new Environments();
  static final Settings SETTINGS = new Settings();
  static final ProjectPrices PROJECT_PRICES = new ProjectPrices();
  static final Users USERS = new Users();
  static final Members MEMBERS = new Members();
  static final Sessions SESSIONS = new Sessions();
  static final Invites INVITES = new Invites();
  static final SetupCodes SETUP_CODES = new SetupCodes();
  static final Providers PROVIDERS = new Providers();
  static final ApiKeys API_KEYS = new ApiKeys();
  static final Agents AGENTS = new Agents();
  static final AgentVersions AGENT_VERSIONS = new AgentVersions();
  static final SavedViews SAVED_VIEWS = new SavedViews();
  static final Keysets KEYSETS = new Keysets();
  static final Audit AUDIT = new Audit();
  static final KeyChanges KEY_CHANGES = new KeyChanges();
  static final Findings FINDINGS = new Findings();
  static final Suppressions SUPPRESSIONS = new Suppressions();
  static final FindingThresholds FINDING_THRESHOLDS = new FindingThresholds();

  /** All of them, a table after those that its rows refer to. */
  static final List<NamedTable> ALL =
      List.of(
          PROJECTS,
          ENVIRONMENTS,
          SETTINGS,
          PROJECT_PRICES,
          USERS,
          MEMBERS,
          SESSIONS,
          INVITES,
          SETUP_CODES,
          PROVIDERS,
          API_KEYS,
          AGENTS,
          AGENT_VERSIONS,
          SAVED_VIEWS,
          KEYSETS,
          AUDIT,
          KEY_CHANGES,
          FINDINGS,
          SUPPRESSIONS,
          FINDING_THRESHOLDS);

  private Tables() {}

  static final class Projects extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> name = text("name");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> deletingAt = instant("deleting_at");

    private Projects() {
      super("projects");
    }
  }

  static final class Environments extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> projectId = text("project_id");
    final Field<Environment> name = choice("name", Environment.class);

    private Environments() {
      super("environments");
    }
  }

  static final class Settings extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> projectId = text("project_id");
    final Field<Capture> capture = choice("capture", Capture.class);
    final Field<Boolean> signatures = flag("signatures");
    final Field<Integer> retentionDays = number("retention_days");
    final Field<String> masks = text("masks");

    private Settings() {
      super("settings");
    }
  }

  static final class ProjectPrices extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> projectId = text("project_id");
    final Field<String> rows = text("price_rows");
    final Field<Instant> updatedAt = instant("updated_at");

    private ProjectPrices() {
      super("project_prices");
    }
  }

  static final class Users extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> email = text("email");
    final Field<String> emailKey = text("email_key");
    final Field<String> name = text("name");
    final Field<String> passwordPhc = text("password_phc");
    final Field<Instant> createdAt = instant("created_at");

    private Users() {
      super("users");
    }
  }

  static final class Members extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> projectId = text("project_id");
    final Field<String> userId = text("user_id");
    final Field<Role> role = choice("role", Role.class);
    final Field<Instant> joinedAt = instant("joined_at");

    private Members() {
      super("members");
    }
  }

  static final class Sessions extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> tokenSha256 = text("token_sha256");
    final Field<String> userId = text("user_id");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> lastSeenAt = instant("last_seen_at");
    final Field<Instant> expiresAt = instant("expires_at");

    private Sessions() {
      super("sessions");
    }
  }

  static final class Invites extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> projectId = text("project_id");
    final Field<String> sha256 = text("sha256");
    final Field<Role> role = choice("role", Role.class);
    final Field<String> createdBy = text("created_by");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> expiresAt = instant("expires_at");
    final Field<Instant> usedAt = instant("used_at");

    private Invites() {
      super("invites");
    }
  }

  static final class SetupCodes extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> sha256 = text("sha256");
    final Field<String> userId = text("user_id");
    final Field<Integer> wrongTries = number("wrong_tries");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> expiresAt = instant("expires_at");
    final Field<Instant> usedAt = instant("used_at");

    private SetupCodes() {
      super("setup_codes");
    }
  }

  static final class Providers extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> projectId = text("project_id");
    final Field<String> name = text("name");
    final Field<String> slug = text("slug");
    final Field<ProviderType> type = choice("type", ProviderType.class);
    final Field<String> baseUrl = text("base_url");
    final Field<String> sealedKey = text("sealed_key");
    final Field<Integer> keyVersion = number("key_version");
    final Field<String> keyLast4 = text("key_last4");
    final Field<Boolean> isDefault = flag("is_default");
    final Field<Boolean> acceptsSlashes = flag("accepts_slashes");
    final Field<Boolean> injectUsage = flag("inject_usage");
    final Field<Long> connectMs = bigNumber("connect_ms");
    final Field<Long> headMs = bigNumber("head_ms");
    final Field<Long> silenceMs = bigNumber("silence_ms");
    final Field<Integer> retries = number("retries");
    final Field<String> fallbackSlug = text("fallback_slug");
    final Field<Boolean> active = flag("active");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> updatedAt = instant("updated_at");

    private Providers() {
      super("providers");
    }
  }

  static final class ApiKeys extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> projectId = text("project_id");
    final Field<Environment> environment = choice("environment", Environment.class);
    final Field<String> name = text("name");
    final Field<String> sha256 = text("sha256");
    final Field<String> prefix = text("prefix");
    final Field<String> last4 = text("last4");
    final Field<String> scopes = text("scopes");
    final Field<String> defaultAgent = text("default_agent");
    final Field<String> boundProviderId = text("bound_provider_id");
    final Field<Integer> requestsPerMinute = number("requests_per_minute");
    final Field<Long> tokensPerMinute = bigNumber("tokens_per_minute");
    final Field<Integer> concurrentCalls = number("concurrent_calls");
    final Field<Long> monthlyBudgetNanoUsd = bigNumber("monthly_budget_nano_usd");
    final Field<String> createdBy = text("created_by");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> expiresAt = instant("expires_at");
    final Field<Instant> revokedAt = instant("revoked_at");
    final Field<Instant> lastUsedAt = instant("last_used_at");
    final Field<Instant> rotationAdvisedAt = instant("rotation_advised_at");

    private ApiKeys() {
      super("api_keys");
    }
  }

  static final class Agents extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> projectId = text("project_id");
    final Field<Environment> environment = choice("environment", Environment.class);
    final Field<String> name = text("name");
    final Field<Boolean> initialised = flag("initialised");
    final Field<String> currentVersionId = text("current_version_id");
    final Field<Integer> samplingPpm = number("sampling_ppm");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> lastSeenAt = instant("last_seen_at");

    private Agents() {
      super("agents");
    }
  }

  static final class AgentVersions extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> projectId = text("project_id");
    final Field<String> agentId = text("agent_id");
    final Field<String> hash = text("hash");
    final Field<Version.Origin> origin = choice("origin", Version.Origin.class);
    final Field<String> definition = text("definition");
    final Field<Instant> createdAt = instant("created_at");

    private AgentVersions() {
      super("agent_versions");
    }
  }

  static final class SavedViews extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> projectId = text("project_id");
    final Field<String> ownerId = text("owner_id");
    final Field<String> name = text("name");
    final Field<Boolean> shared = flag("shared");
    final Field<String> definition = text("definition");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> updatedAt = instant("updated_at");

    private SavedViews() {
      super("saved_views");
    }
  }

  static final class Keysets extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> owner = text("owner");
    final Field<String> kekId = text("kek_id");
    final Field<String> wrapped = text("wrapped");
    final Field<String> sealedKey = text("sealed_key");
    final Field<Instant> primaryAt = instant("primary_at");
    final Field<Long> useCount = bigNumber("use_count");

    private Keysets() {
      super("keysets");
    }
  }

  static final class KeyChanges extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<Integer> id = number("id");
    final Field<Long> version = bigNumber("version");

    private KeyChanges() {
      super("key_changes");
    }
  }

  static final class Audit extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> projectId = text("project_id");
    final Field<Long> sequence = bigNumber("sequence");
    final Field<Instant> at = instant("at");
    final Field<String> actor = text("actor");
    final Field<String> actorLabel = text("actor_label");
    final Field<String> action = text("action");
    final Field<String> target = text("target");
    final Field<String> details = text("details");
    final Field<String> hash = text("hash");

    private Audit() {
      super("audit");
    }
  }

  static final class Findings extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> projectId = text("project_id");
    final Field<String> id = text("id");
    final Field<String> foundIn = text("found_in");
    final Field<String> traceId = text("trace_id");
    final Field<String> agentId = text("agent_id");
    final Field<String> code = text("code");
    final Field<Severity> severity = choice("severity", Severity.class);
    final Field<Finding.Status> status = choice("status", Finding.Status.class);
    final Field<String> reason = text("reason");
    final Field<String> body = text("body");
    final Field<Instant> foundAt = instant("found_at");

    private Findings() {
      super("findings");
    }
  }

  static final class Suppressions extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> id = text("id");
    final Field<String> projectId = text("project_id");
    final Field<String> code = text("code");
    final Field<String> agent = text("agent");
    final Field<String> tool = text("tool");
    final Field<String> path = text("path");
    final Field<String> fingerprint = text("fingerprint");
    final Field<String> reason = text("reason");
    final Field<String> author = text("author");
    final Field<Instant> createdAt = instant("created_at");
    final Field<Instant> expiresAt = instant("expires_at");

    private Suppressions() {
      super("suppressions");
    }
  }

  static final class FindingThresholds extends NamedTable {
    private static final long serialVersionUID = 1;

    final Field<String> projectId = text("project_id");
    final Field<String> name = text("name");
    final Field<Double> value = column("value", SQLDataType.DOUBLE);

    private FindingThresholds() {
      super("finding_thresholds");
    }
  }
}
