package dev.whyops.view;

import dev.whyops.auth.Membership;
import dev.whyops.auth.Permission;
import dev.whyops.auth.Role;
import dev.whyops.http.ApiException;
import dev.whyops.id.Ids;
import dev.whyops.id.Names;
import java.time.Clock;
import java.util.List;

/**
 * Saves trace lists, for oneself or for the project. Sharing takes a member, changing another one's
 * shared view an admin; a private view is unknown to all others. Thread-safe; may block.
 */
public final class SavedViews {
  /** Views of one project. */
  public static final int COUNT_MAX = 1_000;

  private static final int NAME_MAX = 100;
  private static final int DEFINITION_LENGTH_MAX = 64 * 1024;

  private final SavedViewStore store;
  private final Ids ids;
  private final Clock clock;

  public SavedViews(SavedViewStore store, Ids ids, Clock clock) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
  }

  public List<SavedView> list(Membership by) {
    by.require(Permission.READ);
    return store.visible(by.scope(), by.person().id());
  }

  public SavedView create(Membership by, String name, boolean shared, String definitionJson) {
    by.require(Permission.READ);
    check(by, name, shared, definitionJson);
    if (store.count(by.scope()) >= COUNT_MAX) {
      throw new ApiException(
          409, "too_many_views", "A project has at most " + COUNT_MAX + " saved views.");
    }
    SavedView view =
        new SavedView(
            ids.next("view_"),
            by.person().id(),
            name.strip(),
            shared,
            definitionJson,
            clock.instant(),
            clock.instant());
    store.insert(by.scope(), view);
    return view;
  }

  public SavedView update(
      Membership by, String viewId, String name, boolean shared, String definitionJson) {
    SavedView before = changeable(by, viewId);
    check(by, name, shared, definitionJson);
    SavedView view =
        new SavedView(
            viewId,
            before.ownerId(),
            name.strip(),
            shared,
            definitionJson,
            before.createdAt(),
            clock.instant());
    store.update(by.scope(), view);
    return view;
  }

  public void delete(Membership by, String viewId) {
    changeable(by, viewId);
    store.delete(by.scope(), viewId);
  }

  private SavedView changeable(Membership by, String viewId) {
    by.require(Permission.READ);
    SavedView view =
        store
            .find(by.scope(), viewId)
            .filter(found -> found.shared() || mine(by, found))
            .orElseThrow(() -> ApiException.notFound("view"));
    if (!mine(by, view) && !by.role().atLeast(Role.ADMIN)) {
      throw new ApiException(403, "forbidden", "This view belongs to somebody else.");
    }
    return view;
  }

  private static void check(Membership by, String name, boolean shared, String definitionJson) {
    Names.check("name", name, NAME_MAX);
    if (shared && !by.role().atLeast(Role.MEMBER)) {
      throw new ApiException(403, "forbidden", "Your role does not allow you to share a view.");
    }
    if (definitionJson.length() > DEFINITION_LENGTH_MAX) {
      throw ApiException.invalid("definition", "too_large", "A view has at most 64 KiB.");
    }
  }

  private static boolean mine(Membership by, SavedView view) {
    return view.ownerId().equals(by.person().id());
  }
}
