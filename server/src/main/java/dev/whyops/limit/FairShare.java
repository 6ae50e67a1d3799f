package dev.whyops.limit;

import dev.whyops.project.ProjectId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Divides what is scarce among projects: one may go on taking while it holds at most {@value
 * #TIMES_THE_REST} times what is left. So a project that is alone gets nearly everything, several
 * get less each, and there is always something left for one that comes. Nothing has to be set, and
 * nothing is reserved for those who do not ask. Thread-safe, never blocks.
 */
public final class FairShare {
  private static final long TIMES_THE_REST = 4;

  /** Projects that hold nothing are forgotten beyond so many. */
  private static final int PROJECTS_MAX = 10_000;

  private final long total;
  private final AtomicLong taken = new AtomicLong();
  private final ConcurrentHashMap<ProjectId, AtomicLong> byProject = new ConcurrentHashMap<>();

  public FairShare(long total) {
    this.total = total;
  }

  /** Takes as much, or nothing. */
  public boolean take(ProjectId project, long amount) {
    AtomicLong own = byProject.get(project);
    if (own == null) {
      own = begin(project);
    }
    long held = own.addAndGet(amount);
    long left = total - taken.addAndGet(amount);
    if (left < 0 || held > TIMES_THE_REST * left) {
      own.addAndGet(-amount);
      taken.addAndGet(-amount);
      return false;
    }
    return true;
  }

  /** Whether so much more would be granted now; nothing is taken. */
  public boolean hasRoom(ProjectId project, long amount) {
    AtomicLong own = byProject.get(project);
    long held = (own == null ? 0 : own.get()) + amount;
    long left = total - taken.get() - amount;
    return left >= 0 && held <= TIMES_THE_REST * left;
  }

  private AtomicLong begin(ProjectId project) {
    if (byProject.size() >= PROJECTS_MAX) {
      // One that begins to take in this moment loses its count of so much, and no more.
      byProject.values().removeIf(held -> held.get() == 0);
    }
    return byProject.computeIfAbsent(project, p -> new AtomicLong());
  }

  public void giveBack(ProjectId project, long amount) {
    AtomicLong own = byProject.get(project);
    if (own != null && amount != 0) {
      own.addAndGet(-amount);
    }
    taken.addAndGet(-amount);
  }

  /** The most that one project can get, when nobody else holds anything. */
  public long most() {
    return total / (TIMES_THE_REST + 1) * TIMES_THE_REST;
  }

  /** Projects that are remembered, those that hold nothing among them. */
  int knownProjects() {
    return byProject.size();
  }

  /** What all hold together. */
  public long taken() {
    return taken.get();
  }
}
