package dev.whyops.store;

import dev.whyops.audit.AuditLog;
import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Accounts;
import dev.whyops.auth.ApiKeyDesk;
import dev.whyops.config.Settings;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.provider.ProviderType;
import dev.whyops.route.ProviderDesk;
import dev.whyops.route.ProviderRef;
import dev.whyops.tenancy.ProjectStore;
import dev.whyops.vault.Secret;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;

/**
 * Creates the project {@code default} and, once, what the operator's settings name: owner, API key,
 * providers. A kill in the middle leaves no mark, and the next start does the missing part.
 */
final class FirstStart {
  private static final String DONE = "installation.bootstrapped";

  /** The mark stands among the first entries: nothing else happens before it. */
  private static final int MARK_SEQUENCE_MAX = 20;

  private final ProjectStore projects;
  private final ProviderDesk providers;
  private final ApiKeyDesk apiKeys;
  private final AuditLog audit;
  private final Ids ids;
  private final Clock clock;

  FirstStart(
      ProjectStore projects,
      ProviderDesk providers,
      ApiKeyDesk apiKeys,
      AuditLog audit,
      Ids ids,
      Clock clock) {
    this.projects = projects;
    this.providers = providers;
    this.apiKeys = apiKeys;
    this.audit = audit;
    this.ids = ids;
    this.clock = clock;
  }

  /** The first project; made when there is none. */
  Project project() {
    Optional<Project> known = projects.oldest();
    if (known.isPresent()) {
      return known.get();
    }
    Project project = new Project(new ProjectId(ids.next("prj_")), "default", clock.instant());
    return projects.insertFirst(project, AuditNote.system("project.created", project.id().value()));
  }

  void run(Project project, Accounts accounts, Settings.Bootstrap bootstrap) {
    if (isDone(project)) {
      return;
    }
    if (bootstrap.email().isPresent() && bootstrap.password().isPresent()) {
      accounts.bootstrapOwner(bootstrap.email().get(), new Secret(bootstrap.password().get()));
    }
    bootstrap
        .openAiApiKey()
        .ifPresent(
            key ->
                provider(
                    project,
                    "OpenAI",
                    "openai",
                    ProviderType.OPENAI,
                    bootstrap.openAiBaseUrl(),
                    key));
    bootstrap
        .anthropicApiKey()
        .ifPresent(
            key ->
                provider(
                    project,
                    "Anthropic",
                    "anthropic",
                    ProviderType.ANTHROPIC,
                    bootstrap.anthropicBaseUrl(),
                    key));
    bootstrap.apiKey().ifPresent(key -> apiKeys.importKey(project.scope(), new Secret(key)));
    audit.append(project.scope(), AuditNote.system(DONE, project.id().value()));
  }

  private boolean isDone(Project project) {
    return audit.entries(project.scope(), MARK_SEQUENCE_MAX + 1, MARK_SEQUENCE_MAX).stream()
        .anyMatch(entry -> entry.action().equals(DONE));
  }

  private void provider(
      Project project, String name, String slug, ProviderType type, URI baseUrl, String key) {
    try {
      providers.bootstrap(
          project.scope(),
          new ProviderDesk.Wish(
              name,
              slug,
              type,
              baseUrl.toString(),
              new Secret(key),
              true,
              false,
              null,
              ProviderRef.Timeouts.DEFAULT,
              0,
              null,
              true));
    } catch (ApiException e) {
      if (!e.code().equals("slug_taken")) {
        throw e;
      }
      // A start that was killed here has made it already.
    }
  }
}
