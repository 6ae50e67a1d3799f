package dev.whyops.event;

/** Limits of the ingest API; each is told to the client that meets it. */
final class IngestLimits {
  static final int BODY_BYTES_MAX = 8 * 1024 * 1024;
  static final int GZIP_RATIO_MAX = 100;
  static final int BATCH_MAX = 1_000;
  static final int EVENT_BYTES_MAX = 1024 * 1024;
  static final int DEPTH_MAX = 64;
  static final int NAME_CHARS_MAX = 1024;
  static final int FIELD_NUMBER_CHARS_MAX = 64;
  static final int EXTRA_METADATA_BYTES_MAX = 64 * 1024;
  static final int EXTRA_METADATA_NAMES_MAX = 256;
  static final int DETAILS_MAX = 100;

  private IngestLimits() {}
}
