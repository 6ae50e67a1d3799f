package dev.whyops.journal;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that behaves as badly as real ones may: short writes, a failing n-th operation,
 * a capacity, and at {@link #crash} the loss, tearing and reordering of whatever was not synced. It
 * notes what was asked of it, but for reads and writes, and refuses what it was told to.
 */
final class SimDisk implements Disk {
  private static final int SECTOR_BYTES = 64;

  private static final class File {
    final String name;
    byte[] content = new byte[0];
    byte[] durable = new byte[0];
    boolean nameDurable;

    File(String name) {
      this.name = name;
    }
  }

  private final Map<String, File> files = new TreeMap<>();
  private final RandomGenerator random;
  private long capacity = Long.MAX_VALUE;
  private long failWriteAt = -1;
  private long failSyncFrom = -1;
  private long failSyncTo = -1;
  private boolean shortWrites;
  private boolean shortReads;
  private String refused = "nothing";
  private int refusals = Integer.MAX_VALUE;
  private final List<String> asked = new ArrayList<>();
  private long writes;
  private long reads;
  private long syncs;
  private boolean off;

  SimDisk(RandomGenerator random) {
    this.random = random;
  }

  synchronized SimDisk capacity(long bytes) {
    capacity = bytes;
    return this;
  }

  synchronized SimDisk shortWrites() {
    shortWrites = true;
    return this;
  }

  synchronized SimDisk shortReads() {
    shortReads = true;
    return this;
  }

  /** Operations whose note begins so fail from now on. */
  synchronized SimDisk refuse(String operation) {
    refused = operation;
    refusals = Integer.MAX_VALUE;
    return this;
  }

  /** The next such operation fails. */
  synchronized SimDisk refuseOnce(String operation) {
    refused = operation;
    refusals = 1;
    return this;
  }

  /** What was asked so far, such as {@code sync NAME}, whether it failed or not. */
  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** How often bytes were asked for. */
  synchronized long reads() {
    return reads;
  }

  private void note(String operation) throws IOException {
    asked.add(operation);
    if (operation.startsWith(refused) && refusals > 0) {
      refusals--;
      throw new IOException("Input/output error (injected): " + operation);
    }
  }

  synchronized SimDisk failWrite(long nth) {
    failWriteAt = nth;
    return this;
  }

  /** Syncs number {@code from} to {@code to} (counted from 1) fail. */
  synchronized SimDisk failSyncs(long from, long to) {
    failSyncFrom = from;
    failSyncTo = to;
    return this;
  }

  synchronized byte[] content(String name) {
    return file(name).content.clone();
  }

  synchronized void put(String name, byte[] content) {
    File file = files.computeIfAbsent(name, File::new);
    file.content = content.clone();
    file.durable = content.clone();
    file.nameDurable = true;
  }

  /** Power is lost: nothing that an old journal still does has an effect any more. */
  synchronized SimDisk crash() {
    off = true;
    SimDisk after = new SimDisk(random);
    files.forEach(
        (name, file) -> {
          if (file.nameDurable || random.nextBoolean()) {
            after.put(name, afterCrash(file));
          }
        });
    return after;
  }

  /** Each sector of what was not synced is kept or lost by itself; the length may stay behind. */
  private byte[] afterCrash(File file) {
    int kept = Math.min(file.durable.length, file.content.length);
    int length = kept + (int) (random.nextDouble() * (file.content.length - kept + 1));
    byte[] result = Arrays.copyOf(file.content, length);
    for (int at = kept; at < length; at += SECTOR_BYTES) {
      if (random.nextInt(4) == 0) {
        Arrays.fill(result, at, Math.min(length, at + SECTOR_BYTES), (byte) 0);
      }
    }
    return result;
  }

  private File file(String name) {
    File file = files.get(name);
    if (file == null) {
      throw new IllegalStateException(name);
    }
    return file;
  }

  @Override
  public synchronized List<String> list() {
    return new ArrayList<>(files.keySet());
  }

  @Override
  public synchronized Writable create(String name) throws IOException {
    note("create " + name);
    if (files.containsKey(name)) {
      throw new IOException("exists: " + name);
    }
    File file = new File(name);
    if (!off) {
      files.put(name, file);
    }
    return new Writable() {
      @Override
      public int write(ByteBuffer source) throws IOException {
        return append(file, source);
      }

      @Override
      public void sync() throws IOException {
        syncFile(file);
      }

      @Override
      public void close() throws IOException {
        noteClose(file);
      }
    };
  }

  private synchronized void noteClose(File file) throws IOException {
    note("close " + file.name);
  }

  private synchronized int append(File file, ByteBuffer source) throws IOException {
    if (++writes == failWriteAt) {
      throw new IOException("Input/output error (injected)");
    }
    long free = capacity - files.values().stream().mapToLong(f -> f.content.length).sum();
    if (free <= 0 && source.hasRemaining()) {
      throw new IOException("No space left on device");
    }
    int bytes = (int) Math.min(source.remaining(), free);
    if (shortWrites && bytes > 1) {
      bytes = 1 + random.nextInt(bytes);
    }
    int at = file.content.length;
    file.content = Arrays.copyOf(file.content, at + bytes);
    source.get(file.content, at, bytes);
    return bytes;
  }

  private synchronized void syncFile(File file) throws IOException {
    syncs++;
    note("sync " + file.name);
    if (off || (syncs >= failSyncFrom && syncs <= failSyncTo)) {
      throw new IOException("Input/output error (injected)");
    }
    file.durable = file.content.clone();
  }

  @Override
  public synchronized Readable open(String name) throws IOException {
    note("open " + name);
    File file = files.get(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    return new Readable() {
      @Override
      public long size() {
        synchronized (SimDisk.this) {
          return file.content.length;
        }
      }

      @Override
      public int read(ByteBuffer target, long position) {
        synchronized (SimDisk.this) {
          reads++;
          int bytes = (int) Math.min(target.remaining(), file.content.length - position);
          if (bytes <= 0) {
            return -1;
          }
          if (shortReads) {
            bytes = 1 + random.nextInt(bytes);
          }
          target.put(file.content, (int) position, bytes);
          return bytes;
        }
      }

      @Override
      public void close() throws IOException {
        noteClose(file);
      }
    };
  }

  @Override
  public synchronized void truncate(String name, long length) throws IOException {
    note("truncate " + name + " " + length);
    File file = files.get(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    file.content = Arrays.copyOf(file.content, (int) length);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    note("delete " + name);
    files.remove(name);
  }

  @Override
  public synchronized void syncNames() throws IOException {
    note("names");
    files.values().forEach(f -> f.nameDurable = true);
  }

  @Override
  public synchronized Space space() {
    long used = files.values().stream().mapToLong(f -> f.content.length).sum();
    return new Space(Math.max(0, capacity - used), capacity);
  }
}
