package dev.whyops.store.duckdb;

import dev.whyops.project.ProjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** 64 bits that stand for (project, trace id); every query checks the texts as well. */
final class TraceKey {
  private TraceKey() {}

  /** Remembers the last key, as rows of one trace come one after the other. One thread. */
  static final class Memo {
    private @Nullable ProjectId project;
    private @Nullable String traceId;
    private long key;

    long of(ProjectId ofProject, String ofTraceId) {
      if (!ofTraceId.equals(traceId) || !ofProject.equals(project)) {
        key = TraceKey.of(ofProject, ofTraceId);
        project = ofProject;
        traceId = ofTraceId;
      }
      return key;
    }
  }

  static long of(ProjectId project, String traceId) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(project.value().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return ByteBuffer.wrap(digest.digest(traceId.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
