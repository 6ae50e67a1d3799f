package dev.whyops.tenancy;

import dev.whyops.audit.AuditNote;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.auth.Person;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.Names;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, renames and deletes projects. Thread-safe; may block. */
public final class Projects {
  /** Projects of one installation. */
  public static final int COUNT_MAX = 10_000;

  private static final int NAME_MAX = 100;

  private static final Logger LOG = LoggerFactory.getLogger(Projects.class);

  private final ProjectStore store;
  private final List<Consumer<ProjectId>> deletionListeners = new CopyOnWriteArrayList<>();
  private final Ids ids;
  private final Clock clock;

  public Projects(ProjectStore store, Ids ids, Clock clock) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * Tells somebody at once when a project's deletion has begun: who holds its secrets in memory or
   * runs its calls lets go of them.
   */
  public void onDeletion(Consumer<ProjectId> listener) {
    deletionListeners.add(listener);
  }

  /** Creates a project with its three environments; the person becomes its owner. */
  public Project create(Person by, String name) {
    Names.check("name", name, NAME_MAX);
    if (store.count() >= COUNT_MAX) {
      throw new ApiException(
          409, "too_many_projects", "There are at most " + COUNT_MAX + " projects.");
    }
    Project project = new Project(new ProjectId(ids.next("prj_")), name.strip(), clock.instant());
    store.insert(
        project,
        by.id(),
        new AuditNote(
            by.id(), by.email(), "project.created", project.id().value(), Map.of("name", name)));
    return project;
  }

  public Project find(Membership by) {
    by.require(Permission.READ);
    return store.find(by.project()).orElseThrow(() -> ApiException.notFound("project"));
  }

  /** For the operator at the console, who is nobody's member. */
  public Optional<Project> find(ProjectId id) {
    return store.find(id);
  }

  public void rename(Membership by, String name) {
    by.require(Permission.MANAGE_SETTINGS);
    Names.check("name", name, NAME_MAX);
    store.rename(
        by.scope(),
        name.strip(),
        by.note("project.renamed", by.project().value(), Map.of("name", name)));
  }

  /**
   * Ends the project: from now on its keys are refused and its secrets cannot be opened. Its events
   * and rows are removed afterwards by whoever works off {@link #inDeletion}.
   *
   * @throws ApiException 409 {@code last_project}
   */
  public void delete(Membership by) {
    by.require(Permission.DELETE_PROJECT);
    if (store.count() == 1) {
      throw new ApiException(
          409,
          "last_project",
          "An installation keeps at least one project. Make another one first.");
    }
    store.beginDeletion(by.scope(), clock.instant());
    deletionListeners.forEach(listener -> listener.accept(by.project()));
    LOG.warn("project_deleted project={} by={}", by.project(), by.person().id());
  }

  /** Projects whose events and rows still have to be removed; survives a restart. */
  public List<ProjectId> inDeletion() {
    return store.inDeletion();
  }

  /** Removes the last rows of a project whose events are gone. */
  public void finishDeletion(ProjectId project) {
    store.finishDeletion(new ProjectScope(project));
  }
}
