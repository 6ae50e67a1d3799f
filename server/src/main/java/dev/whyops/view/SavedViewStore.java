package dev.whyops.view;

import dev.whyops.project.ProjectScope;
import java.util.List;
import java.util.Optional;

/** Keeps saved views. Thread-safe; may block. */
public interface SavedViewStore {
  /** The person's own and the shared ones, by name. */
  List<SavedView> visible(ProjectScope scope, String userId);

  Optional<SavedView> find(ProjectScope scope, String viewId);

  int count(ProjectScope scope);

  void insert(ProjectScope scope, SavedView view);

  void update(ProjectScope scope, SavedView view);

  void delete(ProjectScope scope, String viewId);
}
