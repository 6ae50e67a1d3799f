package dev.whyops.tenancy;

import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off the deletion of projects: running calls are broken off at once, then the events are
 * forgotten, then the last rows go. Each step may run twice, and what a kill leaves undone is taken
 * up with the next start.
 */
public final class ProjectRemoval implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectRemoval.class);

  /** By then the calls that were broken off are on record, so that the events go with the rest. */
  private static final Duration SETTLE = Duration.ofSeconds(2);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final Projects projects;
  private final Consumer<ProjectId> endCalls;
  private final Consumer<ProjectScope> forgetEvents;
  private final Duration retryAfter;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("project-removal").factory());

  /**
   * @param endCalls breaks off the project's running calls
   * @param forgetEvents makes its events unreadable, durably
   */
  public ProjectRemoval(
      Projects projects, Consumer<ProjectId> endCalls, Consumer<ProjectScope> forgetEvents) {
    this(projects, endCalls, forgetEvents, RETRY_AFTER);
  }

  ProjectRemoval(
      Projects projects,
      Consumer<ProjectId> endCalls,
      Consumer<ProjectScope> forgetEvents,
      Duration retryAfter) {
    this.projects = projects;
    this.endCalls = endCalls;
    this.forgetEvents = forgetEvents;
    this.retryAfter = retryAfter;
  }

  /** Takes up what an earlier process left, and follows new deletions. */
  public void start() {
    projects.onDeletion(
        project -> {
          endCalls.accept(project);
          after(SETTLE, project);
        });
    projects.inDeletion().forEach(project -> after(Duration.ZERO, project));
  }

  /** What is not done yet waits for the next start. */
  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void after(Duration pause, ProjectId project) {
    try {
      var _ = thread.schedule(() -> remove(project), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.info("project_removal project={} deferred=next_start", project);
    }
  }

  private void remove(ProjectId project) {
    try {
      forgetEvents.accept(new ProjectScope(project));
      projects.finishDeletion(project);
      LOG.info("project_removed project={}", project);
    } catch (RuntimeException e) {
      LOG.warn("project_removal project={} deferred=true cause={}", project, e.toString());
      after(retryAfter, project);
    }
  }
}
