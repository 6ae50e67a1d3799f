package dev.whyops.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The few things the journal asks of a directory, so that tests can lose, tear, reorder and refuse
 * them by seed.
 */
public interface Disk {
  /** Names of all plain files, in no order. */
  List<String> list() throws IOException;

  /** Makes an empty file for appending; fails when the name exists. */
  Writable create(String name) throws IOException;

  Readable open(String name) throws IOException;

  void truncate(String name, long length) throws IOException;

  void delete(String name) throws IOException;

  /** Makes created and deleted names durable. */
  void syncNames() throws IOException;

  /** Bytes that can still be written, and the size of the file system. */
  Space space() throws IOException;

  record Space(long usableBytes, long totalBytes) {}

  /** An append-only file. */
  interface Writable extends Closeable {
    /** May write less than it was given, as the system call does. */
    int write(ByteBuffer source) throws IOException;

    /** Returns once all written bytes survive the loss of power. */
    void sync() throws IOException;
  }

  /** A file read by position. */
  interface Readable extends Closeable {
    long size() throws IOException;

    /** Bytes read, -1 at the end. */
    int read(ByteBuffer target, long position) throws IOException;
  }
}
