package dev.whyops.auth;

import dev.whyops.audit.AuditNote;
import dev.whyops.http.ApiException;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import java.util.Map;

/**
 * A signed-in person inside one project: who acts, where, and with which rights. Every service that
 * changes a project takes one.
 */
public record Membership(ProjectId project, String projectName, Person person, Role role) {
  public ProjectScope scope() {
    return new ProjectScope(project);
  }

  public boolean may(Permission permission) {
    return role.may(permission);
  }

  /**
   * @throws ApiException 403 {@code forbidden} when the role does not grant it
   */
  public void require(Permission permission) {
    if (!may(permission)) {
      throw new ApiException(403, "forbidden", "Your role in this project does not allow this.");
    }
  }

  public AuditNote note(String action, String target) {
    return note(action, target, Map.of());
  }

  public AuditNote note(String action, String target, Map<String, String> details) {
    return new AuditNote(person.id(), person.email(), action, target, details);
  }
}
