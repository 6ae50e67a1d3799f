package dev.whyops.project;

import java.time.Instant;

/** A tenant: everything that is kept belongs to exactly one. */
public record Project(ProjectId id, String name, Instant createdAt) {
  public ProjectScope scope() {
    return new ProjectScope(id);
  }
}
