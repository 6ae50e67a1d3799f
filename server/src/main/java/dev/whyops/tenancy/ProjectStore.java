package dev.whyops.tenancy;

import dev.whyops.audit.AuditNote;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps projects, their environments and settings. Thread-safe; may block. */
public interface ProjectStore {
  /**
   * Stores the project with its three environments, unless there is one; either way the oldest one.
   * Of nodes that start at once, one inserts.
   */
  Project insertFirst(Project project, AuditNote note);

  /** Stores the project with its three environments and its first owner. */
  void insert(Project project, String ownerUserId, AuditNote note);

  Optional<Project> find(ProjectId id);

  /** The oldest one that is not being deleted; empty before the first start. */
  Optional<Project> oldest();

  /** Those that are not being deleted. */
  int count();

  void rename(ProjectScope scope, String name, AuditNote note);

  Optional<ProjectSettings> settings(ProjectScope scope);

  void saveSettings(ProjectScope scope, ProjectSettings settings, AuditNote note);

  /**
   * In one transaction: the project is marked as being deleted, its keys end and its keyset is
   * destroyed, so that nothing sealed can ever be opened again.
   */
  void beginDeletion(ProjectScope scope, Instant at);

  /** Projects whose deletion has begun and whose events may still be stored. */
  List<ProjectId> inDeletion();

  /** Removes every row of the project; runs after its events are gone, and may run twice. */
  void finishDeletion(ProjectScope scope);
}
