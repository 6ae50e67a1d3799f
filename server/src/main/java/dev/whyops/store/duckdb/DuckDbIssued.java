package dev.whyops.store.duckdb;

import dev.whyops.continuity.ContinuityIndex.Issued;
import dev.whyops.continuity.IssuedHistory;
import dev.whyops.continuity.Known;
import dev.whyops.continuity.Speaker;
import dev.whyops.project.ProjectId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Finds the response ids and tool call ids of relayed answers in the day files. Thread-safe. */
public final class DuckDbIssued implements IssuedHistory {
  private final DuckDbEventStore store;

  public DuckDbIssued(DuckDbEventStore store) {
    this.store = store;
  }

  @Override
  public void replay(int answersMax, Consumer<Issued> into) {
    int left = answersMax;
    try (DuckDBConnection reader = store.reader()) {
      for (DayFile file : store.files().newestFirst()) {
        if (left > 0) {
          left -= replay(reader, file, left, into);
        }
      }
    } catch (SQLException e) {
      throw Question.failed(e);
    }
  }

  private int replay(DuckDBConnection reader, DayFile file, int most, Consumer<Issued> into)
      throws SQLException {
    String sql =
        "SELECT seq, project, agent, external_user, trace_id, thread_id, provider, response_id,"
            + " tool_call_id FROM "
            + file.alias()
            + ".events WHERE source = 'PROXY'"
            + " AND (response_id IS NOT NULL OR tool_call_id IS NOT NULL)"
            + " ORDER BY seq DESC LIMIT "
            + most;
    int count = 0;
    try (PreparedStatement question = reader.prepareStatement(sql);
        ResultSet row = question.executeQuery()) {
      while (row.next()) {
        count++;
        ProjectId project = new ProjectId(row.getString("project"));
        String traceId = row.getString("trace_id");
        if (row.getLong("seq") > store.hidden().upTo(project, traceId)) {
          into.accept(issued(row, project, traceId));
        }
      }
    }
    return count;
  }

  private static Issued issued(ResultSet row, ProjectId project, String traceId)
      throws SQLException {
    @Nullable String toolCallId = row.getString("tool_call_id");
    @Nullable String provider = row.getString("provider");
    return new Issued(
        new Speaker(project, row.getString("agent"), row.getString("external_user")),
        new Known(traceId, row.getString("thread_id"), provider == null ? "" : provider),
        row.getString("response_id"),
        toolCallId == null ? List.of() : List.of(toolCallId),
        null);
  }
}
