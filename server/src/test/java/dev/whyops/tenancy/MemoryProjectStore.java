package dev.whyops.tenancy;

import dev.whyops.audit.AuditNote;
import dev.whyops.http.UnavailableException;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.ProjectSettings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Projects in memory; the store can be away, and its count can be set. */
final class MemoryProjectStore implements ProjectStore {
  final Map<ProjectId, Project> projects = new HashMap<>();
  final Map<ProjectScope, ProjectSettings> settings = new HashMap<>();
  final List<ProjectId> doomed = new CopyOnWriteArrayList<>();
  final List<AuditNote> notes = new ArrayList<>();
  int more;
  int failures;

  @Override
  public Project insertFirst(Project project, AuditNote note) {
    insert(project, "", note);
    return project;
  }

  @Override
  public void insert(Project project, String ownerUserId, AuditNote note) {
    projects.put(project.id(), project);
    notes.add(note);
  }

  @Override
  public Optional<Project> find(ProjectId id) {
    return Optional.ofNullable(projects.get(id));
  }

  @Override
  public Optional<Project> oldest() {
    return projects.values().stream().findFirst();
  }

  @Override
  public int count() {
    return projects.size() + more;
  }

  @Override
  public void rename(ProjectScope scope, String name, AuditNote note) {
    notes.add(note);
  }

  @Override
  public Optional<ProjectSettings> settings(ProjectScope scope) {
    return Optional.ofNullable(settings.get(scope));
  }

  @Override
  public void saveSettings(ProjectScope scope, ProjectSettings saved, AuditNote note) {
    settings.put(scope, saved);
    notes.add(note);
  }

  @Override
  public void beginDeletion(ProjectScope scope, Instant at) {
    projects.remove(scope.project());
    doomed.add(scope.project());
  }

  @Override
  public List<ProjectId> inDeletion() {
    return List.copyOf(doomed);
  }

  @Override
  public void finishDeletion(ProjectScope scope) {
    if (failures-- > 0) {
      throw new UnavailableException("control_plane_unavailable", "away");
    }
    doomed.remove(scope.project());
  }
}
