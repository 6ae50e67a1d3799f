package dev.whyops.limit;

import java.util.concurrent.Semaphore;

/**
 * Lets as much work run at once as a share of the heap has room for; the rest waits its turn, in
 * the order of arrival. What passes is short and needs the processor only, so turns come soon, and
 * who waits holds little. Thread-safe.
 */
public final class HeapGate {
  private static final int UNIT_BYTES = 1_024;

  private final int units;
  private final Semaphore free;

  public HeapGate(long heapBytes) {
    this.units = Math.toIntExact(heapBytes / UNIT_BYTES);
    this.free = new Semaphore(units, true);
  }

  /** Whether so much is ever let through. */
  public boolean fits(long heapBytes) {
    return units(heapBytes) <= units;
  }

  /** Waits for its turn. Ask before whether it {@link #fits}. */
  public Pass enter(long heapBytes) {
    int wanted = (int) units(heapBytes);
    free.acquireUninterruptibly(wanted);
    return new Pass(wanted);
  }

  private static long units(long heapBytes) {
    return (heapBytes + UNIT_BYTES - 1) / UNIT_BYTES;
  }

  /** The right to take so much of the heap. For one thread. */
  public final class Pass implements AutoCloseable {
    private int held;

    private Pass(int held) {
      this.held = held;
    }

    /**
     * Holds so much in all, if there is room right now. Never waits: two that hold something and
     * wait for more could wait for each other.
     */
    public boolean raise(long heapBytes) {
      long more = units(heapBytes) - held;
      if (more <= 0) {
        return true;
      }
      if (more > units || !free.tryAcquire((int) more)) {
        return false;
      }
      held += (int) more;
      return true;
    }

    /** Holds no more than this from now on. */
    public void lower(long heapBytes) {
      long less = held - units(heapBytes);
      if (less > 0) {
        free.release((int) less);
        held -= (int) less;
      }
    }

    @Override
    public void close() {
      lower(0);
    }
  }
}
