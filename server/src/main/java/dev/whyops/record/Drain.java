package dev.whyops.record;

import dev.whyops.agent.Agents;
import dev.whyops.fault.Fault;
import dev.whyops.journal.Frame;
import dev.whyops.journal.FrameType;
import dev.whyops.journal.Journal;
import dev.whyops.journal.JournalReader;
import dev.whyops.journal.SegmentJournal;
import dev.whyops.pace.Background;
import dev.whyops.pace.CallLoad;
import dev.whyops.pace.Pace;
import dev.whyops.project.ProjectScope;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what the journal holds into the store, behind the calls and never in their way.
 *
 * <p>One thread. It waits a moment after a frame came, takes all that came meanwhile, up to a
 * bound, and commits it together with the position in the journal; what was committed is told to
 * the listeners. While calls run it gathers longer and rests between batches, as {@link Pace} says,
 * unless the journal fills. A frame that cannot be decoded or that the store will never take goes
 * to the dead letter; while the store is down the drain waits and tries again. An error that nobody
 * expected ends this run and starts the next from the store's position.
 */
public final class Drain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

  /** How long frames gather when nothing else goes on, and while calls run. */
  private static final Duration LINGER = Duration.ofMillis(50);

  private static final Duration LINGER_WITH_CALLS = Duration.ofMillis(250);

  /** A rest is looked at again this often, as calls may have ended meanwhile. */
  private static final Duration REST_LOOK = Duration.ofMillis(50);

  /** From this fullness of the journal on there is no resting. */
  private static final double FULLNESS_MAX = 0.25;

  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int RESTARTS_MAX = 3;
  private static final Duration RESTARTS_IN = Duration.ofMinutes(1);

  private final SegmentJournal journal;
  private final EventStore store;
  private final DrainParts parts;
  private final List<LandedListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> eachRound = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private final long bootSeq;
  private final ArrayDeque<Long> restartsNs = new ArrayDeque<>();
  private final Upkeep upkeep;
  private final Object alarm = new Object();
  private volatile CallLoad load = CallLoad.NONE;
  private volatile boolean closing;
  private volatile long position;
  private volatile long lagNs;
  private volatile long restarts;
  private volatile boolean storeDown;
  private final LongAdder cutAnswers = new LongAdder();

  /** What decoding needs. */
  public record DrainParts(
      ExchangeReader exchanges, Agents agents, Pricer pricer, Steps steps, DeadLetter deadLetter) {}

  public Drain(SegmentJournal journal, EventStore store, DrainParts parts) {
    this.journal = journal;
    this.store = store;
    this.parts = parts;
    this.bootSeq = journal.stats().lastWrittenSeq();
    this.position = store.lastSeq();
    this.upkeep = new Upkeep(journal, store);
    this.thread = Thread.ofPlatform().name("drain").daemon().unstarted(this::supervise);
  }

  /** Listeners are told on the drain's thread. */
  public void listen(LandedListener listener) {
    listeners.add(listener);
  }

  /**
   * @param before runs before journal files are deleted: what else lives in the journal only must
   *     be made safe there; an exception keeps the files
   */
  public void beforeForgetting(Runnable before) {
    upkeep.beforeForgetting(before);
  }

  /**
   * @param work runs between batches, and about every second when nothing comes; must be quick
   */
  public void eachRound(Runnable work) {
    eachRound.add(work);
  }

  /** Makes the store safe without the journal at the next chance, not only when it is due. */
  public void checkpointSoon() {
    upkeep.checkpointSoon();
  }

  /** Drops and rewrites what is past its time at the next chance, not only when it is due. */
  public void maintainSoon() {
    upkeep.maintainSoon();
  }

  /** Work for calls goes before the drain's. */
  public void yieldTo(CallLoad calls) {
    load = calls;
  }

  /** Answers of which the end was not kept, because too many long ones were under way at once. */
  public long cutAnswers() {
    return cutAnswers.sum();
  }

  public void start() {
    thread.start();
  }

  /**
   * @param position sequence up to which the store has everything
   * @param lagNs age of the last committed frame when it was committed
   * @param restarts runs that ended with an error
   */
  public record Progress(
      long position, long behindFrames, long lagNs, long restarts, boolean storeDown) {}

  public Progress progress() {
    long behind = Math.max(0, journal.stats().lastDurableSeq() - position);
    return new Progress(position, behind, lagNs, restarts, storeDown);
  }

  /** False after three restarts within a minute: something is wrong that does not mend itself. */
  public boolean healthy() {
    synchronized (restartsNs) {
      long since = System.nanoTime() - RESTARTS_IN.toNanos();
      restartsNs.removeIf(at -> at - since < 0);
      return restartsNs.size() < RESTARTS_MAX;
    }
  }

  private void supervise() {
    Background.enter();
    while (!closing) {
      try {
        new Run().loop();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (Throwable e) { // an Error must not end the drain for good
        restarts++;
        synchronized (restartsNs) {
          restartsNs.add(System.nanoTime());
        }
        LOG.error("drain_restarted cause={}", e.toString(), e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      sleep(RETRY);
    } catch (InterruptedException e) {
      closing = true;
    }
  }

  /** Ends early when the drain is closed. */
  private void sleep(Duration time) throws InterruptedException {
    synchronized (alarm) {
      if (!closing && time.toMillis() > 0) {
        alarm.wait(time.toMillis());
      }
    }
  }

  @Override
  public void close() {
    synchronized (alarm) {
      closing = true;
      alarm.notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** From the store's position until an error or the end. */
  private final class Run {
    private final FrameDecoder decoder = new FrameDecoder(parts, store.toldAnswers(), cutAnswers);
    private final Gathered gathered = new Gathered();
    private long seenSeq;
    private boolean lostCallsEnded;

    void loop() throws InterruptedException, IOException {
      long stored = store.lastSeq();
      long from = store.replayFrom() == 0 ? stored + 1 : Math.min(store.replayFrom(), stored + 1);
      try (JournalReader reader = journal.readFrom(from)) {
        while (!closing) {
          Frame frame = reader.next(RETRY);
          if (frame != null) {
            gather(frame);
            rest(batch(reader, frame, stored));
          }
          if (frame == null || seenSeq >= bootSeq) {
            endLostCalls();
          }
          eachRound.forEach(Runnable::run);
          upkeep.maybe(decoder.openCalls());
        }
      }
    }

    /** Waits for company of a frame that has just come; not for one that waited long enough. */
    private void gather(Frame first) throws InterruptedException {
      Duration linger = Pace.isQuiet(load.now()) ? LINGER : LINGER_WITH_CALLS;
      sleep(linger.minusNanos(ageNs(first)));
    }

    /** Stores what is there, up to the size of a batch; returns how long that took. */
    private Duration batch(JournalReader reader, Frame first, long stored)
        throws InterruptedException, IOException {
      long beganNs = System.nanoTime();
      Frame frame = first;
      while (frame != null) {
        take(frame, stored);
        frame = gathered.isFull() || closing ? null : reader.tryNext();
      }
      commit();
      return Duration.ofNanos(System.nanoTime() - beganNs);
    }

    private void rest(Duration work) throws InterruptedException {
      long beganNs = System.nanoTime();
      while (!closing && journal.fullness() < FULLNESS_MAX) {
        long restedNs = System.nanoTime() - beganNs;
        Duration oldest = Duration.ofNanos(lagNs + restedNs);
        Duration left = Pace.STORING.restAfter(work, load.now(), oldest).minusNanos(restedNs);
        if (left.toMillis() <= 0) {
          return;
        }
        sleep(left.compareTo(REST_LOOK) < 0 ? left : REST_LOOK);
      }
    }

    private static long ageNs(Frame frame) {
      return Math.max(0, System.currentTimeMillis() * 1_000_000 - frame.timeNs());
    }

    private void take(Frame frame, long stored) throws InterruptedException {
      seenSeq = frame.seq();
      FrameDecoder.Rows rows = rows(frame, frame.seq() <= stored);
      if (frame.seq() > stored) {
        gathered.add(frame, rows);
        Fault.maybe("mid-drain");
      }
    }

    /** Tries until the store says what the decoder asks it; a frame that is no good is buried. */
    private FrameDecoder.Rows rows(Frame frame, boolean isStored) throws InterruptedException {
      while (true) {
        try {
          return decoder.decode(frame, isStored);
        } catch (RuntimeException e) {
          if (!(e instanceof EventStoreException down) || down.poison()) {
            if (!isStored) { // else it was buried when its turn came first
              bury(frame, "cannot be decoded: " + e);
            }
            return FrameDecoder.Rows.NONE;
          }
          waitForStore(frame.seq(), down);
        }
      }
    }

    private void bury(Frame frame, String reason) {
      Exchange call = decoder.endedBy(frame.seq());
      if (call == null) {
        parts.deadLetter().bury(frame, reason);
      } else {
        parts.deadLetter().bury(frame.seq(), call, reason);
      }
    }

    private void waitForStore(long seq, EventStoreException cause) throws InterruptedException {
      storeDown = true;
      LOG.warn("event_store_down seq={} cause={}", seq, cause.getMessage());
      if (closing) {
        throw new InterruptedException("closing while the store is down");
      }
      sleep(RETRY);
    }

    private void commit() throws InterruptedException {
      if (gathered.isEmpty()) {
        return;
      }
      Batch batch = gathered.batch(decoder.openCalls());
      List<Landed> stored = append(batch);
      position = batch.lastSeq();
      upkeep.stored(gathered.bytes());
      lagNs = ageNs(gathered.frames().getLast());
      gathered.clear();
      decoder.committed();
      if (!stored.isEmpty()) {
        tell(stored);
      }
    }

    /** Tries until the store takes the batch; rows that it will never take are buried. */
    private List<Landed> append(Batch batch) throws InterruptedException {
      while (true) {
        try {
          store.append(batch);
          storeDown = false;
          return batch.events();
        } catch (EventStoreException e) {
          if (e.poison()) {
            return appendOneByOne(batch);
          }
          waitForStore(batch.firstSeq(), e);
        }
      }
    }

    private List<Landed> appendOneByOne(Batch batch) throws InterruptedException {
      List<Landed> kept = new ArrayList<>();
      for (Frame frame : gathered.frames()) {
        Batch one = batch.only(frame.seq());
        try {
          store.append(one);
          kept.addAll(one.events());
        } catch (EventStoreException e) {
          if (!e.poison()) {
            kept.addAll(append(one));
            continue;
          }
          bury(frame, "refused by the store: " + e.getMessage());
          append(
              new Batch(
                  frame.seq(), frame.seq(), batch.replayFrom(), List.of(), List.of(), List.of()));
        }
      }
      return kept;
    }

    private void tell(List<Landed> stored) {
      for (LandedListener listener : listeners) {
        try {
          listener.landed(stored);
        } catch (RuntimeException e) {
          LOG.warn("landed_listener_failed cause={}", e.toString());
        }
      }
    }

    /** Calls that were open when an earlier process died get their end now, as a frame. */
    private void endLostCalls() {
      if (lostCallsEnded) {
        return;
      }
      lostCallsEnded = true;
      for (String callId : decoder.openCalls().startedUpTo(bootSeq)) {
        journal.offer(
            FrameType.CALL_END,
            CallCodec.encode(callId, CallEnd.SERVER_LOST),
            Journal.Receipt.NONE);
      }
    }
  }

  /** Hides a trace, or a whole project, as soon as this is on record. */
  public static long forget(Journal journal, ProjectScope scope, @Nullable String traceId) {
    return journal.appendDurably(
        FrameType.TOMBSTONE, FrameDecoder.tombstone(scope.project(), traceId));
  }
}
