package dev.whyops;

import dev.whyops.config.Settings;
import dev.whyops.continuity.ContinuityIndex;
import dev.whyops.continuity.Known;
import dev.whyops.continuity.Speaker;
import dev.whyops.continuity.TraceResolver;
import dev.whyops.event.HourlyRepetitions;
import dev.whyops.event.MarkerRecovery;
import dev.whyops.journal.FileDisk;
import dev.whyops.journal.JournalSettings;
import dev.whyops.journal.SegmentJournal;
import dev.whyops.masking.MaskBook;
import dev.whyops.project.ProjectId;
import dev.whyops.project.ProjectScope;
import dev.whyops.project.SettingsLookup;
import dev.whyops.provider.ProviderType;
import dev.whyops.provider.anthropic.AnthropicDialect;
import dev.whyops.provider.openai.OpenAiDialect;
import dev.whyops.record.DialectReader;
import dev.whyops.record.DirectoryDeadLetter;
import dev.whyops.record.Drain;
import dev.whyops.record.JournalRecorder;
import dev.whyops.record.MaskingRecorder;
import dev.whyops.record.Steps;
import dev.whyops.store.ControlPlane;
import dev.whyops.store.duckdb.DuckDbEventStore;
import dev.whyops.store.duckdb.DuckDbSettings;
import dev.whyops.store.duckdb.DuckDbTraceReader;
import dev.whyops.store.sqlite.SqliteIssued;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Everything between a finished exchange and a stored event: journal, drain, store. Closing it
 * drains what waits, syncs, and closes in the order that loses nothing.
 */
record EventPlane(
    SegmentJournal journal,
    JournalRecorder journalRecorder,
    MaskBook masks,
    MaskingRecorder recorder,
    DuckDbEventStore store,
    DuckDbTraceReader reader,
    DirectoryDeadLetter deadLetter,
    HourlyRepetitions repetitions,
    Steps steps,
    Drain drain,
    SqliteIssued issued,
    ContinuityIndex continuity,
    long bootSeq)
    implements AutoCloseable {

  /** With a small heap the journal's queue is small too, so that it cannot fill the heap. */
  private static final int QUEUE_HEAP_SHARE = 8;

  static EventPlane open(Settings settings, ControlPlane control) throws IOException {
    Path folder = settings.dataDir();
    DuckDbEventStore store =
        DuckDbEventStore.open(
            DuckDbSettings.in(folder.resolve("events")).withTraceIdle(settings.traceIdle()),
            control.clock());
    SegmentJournal journal =
        SegmentJournal.open(
            new FileDisk(folder.resolve("journal")),
            journalSettings(settings),
            control.clock(),
            store.lastSeq());
    DirectoryDeadLetter deadLetter = new DirectoryDeadLetter(folder.resolve("dead-letter"));
    ToIntFunction<ProjectId> retentionDays =
        project -> {
          ProjectScope scope = new ProjectScope(project);
          SettingsLookup lookup = control.settings();
          return lookup.cached(scope).orElseGet(() -> lookup.load(scope)).retentionDays();
        };
    store.retain(retentionDays);
    SqliteIssued issued =
        SqliteIssued.open(folder.resolve("continuity.db"), control.clock(), retentionDays);
    ContinuityIndex continuity = new ContinuityIndex(issued);
    TraceResolver conversations = new TraceResolver(continuity);
    Steps steps = new Steps(store);
    Drain.DrainParts parts =
        new Drain.DrainParts(
            new DialectReader(
                Map.of(
                    ProviderType.OPENAI, OpenAiDialect.READER,
                    ProviderType.ANTHROPIC, AnthropicDialect.READER),
                (start, asked, said) ->
                    conversations.answered(
                        new Speaker(start.project(), start.agentName(), start.externalUserId()),
                        new Known(start.traceId(), start.threadId(), start.providerSlug()),
                        start.kind(),
                        asked,
                        said)),
            control.agents(),
            new BookPricer(control.prices()::book, control.providers()),
            steps,
            deadLetter);
    JournalRecorder journalRecorder = new JournalRecorder(journal);
    MaskBook masks = new MaskBook(control.settings());
    HourlyRepetitions repetitions =
        new HourlyRepetitions(folder.resolve("repetitions"), control.clock());
    MarkerRecovery.run(journal, repetitions);
    Drain drain = new Drain(journal, store, parts);
    drain.eachRound(journalRecorder::endLost);
    drain.beforeForgetting(repetitions::flushBeforeForgetting);
    return new EventPlane(
        journal,
        journalRecorder,
        masks,
        new MaskingRecorder(journalRecorder, masks),
        store,
        new DuckDbTraceReader(store, control.findings(), control.clock()),
        deadLetter,
        repetitions,
        steps,
        drain,
        issued,
        continuity,
        journal.stats().lastWrittenSeq());
  }

  /** Waits until the store has what an earlier process journalled; false when that takes long. */
  boolean awaitReplay(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    try {
      while (drain.progress().position() < bootSeq) {
        if (System.nanoTime() > until) {
          return false;
        }
        Thread.sleep(5);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Calls of which something is missing in the record. */
  long captureGaps() {
    return journalRecorder.captureGaps() + recorder.captureGaps() + drain.cutAnswers();
  }

  private static JournalSettings journalSettings(Settings settings) {
    JournalSettings.Sync sync =
        switch (settings.journalSync()) {
          case GROUP -> JournalSettings.Sync.GROUP;
          case INTERVAL_50MS -> JournalSettings.Sync.INTERVAL_50MS;
          case NONE -> JournalSettings.Sync.NONE;
        };
    JournalSettings base = JournalSettings.DEFAULT.withSync(sync);
    return new JournalSettings(
        base.sync(),
        base.segmentBytes(),
        Math.min(base.queueBytes(), Runtime.getRuntime().maxMemory() / QUEUE_HEAP_SHARE),
        settings.journalMaxBytes(),
        base.diskShareMax(),
        base.reserveBytes());
  }

  @Override
  public void close() throws IOException {
    recorder.close();
    drain.close();
    repetitions.close();
    issued.close();
    journal.close();
    store.close();
  }
}
