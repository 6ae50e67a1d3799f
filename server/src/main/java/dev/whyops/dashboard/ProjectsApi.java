package dev.whyops.dashboard;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.whyops.auth.Accounts;
import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.auth.Role;
import dev.whyops.auth.SignedIn;
import dev.whyops.http.ApiException;
import dev.whyops.masking.Masks;
import dev.whyops.project.Capture;
import dev.whyops.project.Environment;
import dev.whyops.project.Project;
import dev.whyops.project.ProjectSettings;
import dev.whyops.tenancy.Projects;
import dev.whyops.tenancy.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Projects, their environments and settings. */
final class ProjectsApi {
  private static final Access MANAGE = new Access.InProject(Permission.MANAGE_SETTINGS);
  private static final Access DELETE = new Access.InProject(Permission.DELETE_PROJECT);

  private final Accounts accounts;
  private final Projects projects;
  private final Settings settings;

  ProjectsApi(Accounts accounts, Projects projects, Settings settings) {
    this.accounts = accounts;
    this.projects = projects;
    this.settings = settings;
  }

  record Item(String id, String name, String role, Instant createdAt) {
    static Item of(Project project, Role role) {
      return new Item(project.id().value(), project.name(), role.wireName(), project.createdAt());
    }
  }

  record EnvironmentItem(String name) {}

  record Mask(String name, String pattern, String replacement) {}

  record SettingsItem(String capture, boolean signatures, int retentionDays, List<Mask> masking) {
    static SettingsItem of(ProjectSettings settings) {
      return new SettingsItem(
          settings.capture().wireName(),
          settings.signatures(),
          settings.retentionDays(),
          settings.masks().stream()
              .map(mask -> new Mask(mask.name(), mask.pattern(), mask.replacement()))
              .toList());
    }
  }

  record Matches(String name, int count) {}

  record Trial(String text, List<Matches> matches) {}

  void addTo(RouteTable routes) {
    routes
        .getForPeople("/api/projects", Access.SIGNED_IN, this::list)
        .post("/api/projects", Access.SIGNED_IN, this::create)
        .getForPeople("/api/projects/{projectId}", Access.READ, this::one)
        .patch("/api/projects/{projectId}", MANAGE, this::rename)
        .delete("/api/projects/{projectId}", DELETE, this::delete)
        .get("/api/projects/{projectId}/environments", Access.READ, this::environments)
        .getForPeople("/api/projects/{projectId}/settings", Access.READ, this::settings)
        .patch("/api/projects/{projectId}/settings", MANAGE, this::changeSettings)
        .post("/api/projects/{projectId}/settings/masking-trial", MANAGE, this::tryMasks);
  }

  private Reply list(Call call) {
    List<Item> items =
        accounts.memberships(call.signedIn()).stream()
            .map(membership -> Item.of(projects.find(membership), membership.role()))
            .toList();
    return Reply.ok(Page.whole(items));
  }

  private Reply create(Call call) {
    SignedIn signedIn = call.signedIn();
    boolean owns = accounts.memberships(signedIn).stream().anyMatch(m -> m.role() == Role.OWNER);
    if (!owns) {
      throw new ApiException(
          403, "forbidden", "Only somebody who owns a project may make another one.");
    }
    return Reply.created(
        Item.of(projects.create(signedIn.person(), call.text("name")), Role.OWNER));
  }

  private Reply one(Call call) {
    Membership member = call.member();
    return Reply.ok(Item.of(projects.find(member), member.role()));
  }

  private Reply rename(Call call) {
    projects.rename(call.member(), call.text("name"));
    return one(call);
  }

  private Reply delete(Call call) {
    projects.delete(call.member());
    return Reply.none();
  }

  private Reply environments(Call call) {
    return Reply.ok(
        Page.whole(
            Arrays.stream(Environment.values()).map(e -> new EnvironmentItem(e.name())).toList()));
  }

  private Reply settings(Call call) {
    return Reply.ok(SettingsItem.of(settings.find(call.member())));
  }

  private Reply changeSettings(Call call) {
    ProjectSettings before = settings.find(call.member());
    ObjectNode body = call.body();
    ProjectSettings after =
        new ProjectSettings(
            call.has("capture")
                ? Call.constant(Capture.class, call.text("capture"))
                : before.capture(),
            body.path("signatures").asBoolean(before.signatures()),
            Settings.retentionDays(body.path("retentionDays").asLong(before.retentionDays())),
            call.has("masking") ? masks(body.get("masking")) : before.masks());
    settings.save(call.member(), after);
    return Reply.ok(SettingsItem.of(after));
  }

  /** What masks would do to a text, in their order; nothing is stored. */
  private Reply tryMasks(Call call) {
    List<ProjectSettings.Mask> masks = masks(call.body().get("masking"));
    Settings.check(masks);
    String text = call.text("text");
    List<Matches> matches = new ArrayList<>();
    for (ProjectSettings.Mask mask : masks) {
      Matcher matcher = Pattern.compile(mask.pattern()).matcher(text);
      int count = 0;
      while (matcher.find()) {
        count++;
      }
      matches.add(new Matches(mask.name(), count));
      text = Masks.of(List.of(mask)).text(text);
    }
    return Reply.ok(new Trial(text, matches));
  }

  private static List<ProjectSettings.Mask> masks(JsonNode given) {
    List<ProjectSettings.Mask> masks = new ArrayList<>();
    for (JsonNode mask : given) {
      masks.add(
          new ProjectSettings.Mask(
              mask.get("name").asString(),
              mask.get("pattern").asString(),
              mask.get("replacement").asString()));
    }
    return masks;
  }
}
