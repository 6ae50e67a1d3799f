package dev.whyops.store.sql;

import static dev.whyops.store.sql.Tables.SAVED_VIEWS;

import dev.whyops.project.ProjectScope;
import dev.whyops.view.SavedView;
import dev.whyops.view.SavedViewStore;
import java.util.List;
import java.util.Optional;
import org.jooq.Condition;
import org.jooq.Record;

/** Saved views in SQL. */
public final class SqlSavedViewStore implements SavedViewStore {
  private final Database database;

  public SqlSavedViewStore(Database database) {
    this.database = database;
  }

  @Override
  public List<SavedView> visible(ProjectScope scope, String userId) {
    return database.read(
        sql ->
            sql.selectFrom(SAVED_VIEWS)
                .where(inScope(scope))
                .and(SAVED_VIEWS.shared.eq(true).or(SAVED_VIEWS.ownerId.eq(userId)))
                .orderBy(SAVED_VIEWS.name, SAVED_VIEWS.id)
                .fetch(SqlSavedViewStore::view));
  }

  @Override
  public Optional<SavedView> find(ProjectScope scope, String viewId) {
    return database.read(
        sql ->
            sql.selectFrom(SAVED_VIEWS)
                .where(inScope(scope))
                .and(SAVED_VIEWS.id.eq(viewId))
                .fetchOptional(SqlSavedViewStore::view));
  }

  @Override
  public int count(ProjectScope scope) {
    return database.read(sql -> sql.fetchCount(SAVED_VIEWS, inScope(scope)));
  }

  @Override
  public void insert(ProjectScope scope, SavedView view) {
    database.write(
        tx ->
            tx.insertInto(SAVED_VIEWS)
                .set(SAVED_VIEWS.id, view.id())
                .set(SAVED_VIEWS.projectId, scope.project().value())
                .set(SAVED_VIEWS.ownerId, view.ownerId())
                .set(SAVED_VIEWS.name, view.name())
                .set(SAVED_VIEWS.shared, view.shared())
                .set(SAVED_VIEWS.definition, view.definitionJson())
                .set(SAVED_VIEWS.createdAt, view.createdAt())
                .set(SAVED_VIEWS.updatedAt, view.updatedAt())
                .execute());
  }

  @Override
  public void update(ProjectScope scope, SavedView view) {
    database.write(
        tx ->
            tx.update(SAVED_VIEWS)
                .set(SAVED_VIEWS.name, view.name())
                .set(SAVED_VIEWS.shared, view.shared())
                .set(SAVED_VIEWS.definition, view.definitionJson())
                .set(SAVED_VIEWS.updatedAt, view.updatedAt())
                .where(inScope(scope))
                .and(SAVED_VIEWS.id.eq(view.id()))
                .execute());
  }

  @Override
  public void delete(ProjectScope scope, String viewId) {
    database.write(
        tx ->
            tx.deleteFrom(SAVED_VIEWS)
                .where(inScope(scope))
                .and(SAVED_VIEWS.id.eq(viewId))
                .execute());
  }

  private static Condition inScope(ProjectScope scope) {
    return SAVED_VIEWS.projectId.eq(scope.project().value());
  }

  private static SavedView view(Record row) {
    return new SavedView(
        row.get(SAVED_VIEWS.id),
        row.get(SAVED_VIEWS.ownerId),
        row.get(SAVED_VIEWS.name),
        row.get(SAVED_VIEWS.shared),
        row.get(SAVED_VIEWS.definition),
        row.get(SAVED_VIEWS.createdAt),
        row.get(SAVED_VIEWS.updatedAt));
  }
}
