package dev.whyops.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TraceEvidenceTest {
  @Test
  @DisplayName("F-36 traces that say little are not kept by the thousand: each has indexes")
  void smallTracesHaveTheirPrice() {
    int small = TraceEvidence.bytes(500);
    assertThat(small).isGreaterThanOrEqualTo(48 * 1024);
    long together = (long) small * (TraceEvidence.KEPT_BYTES_MAX / small);
    assertThat(together).isLessThanOrEqualTo(Runtime.getRuntime().maxMemory() / 8);
    assertThat(TraceEvidence.KEPT_BYTES_MAX / small).isLessThan(1_400);
  }

  @Test
  void theLargestTraceIsKeptByItself() {
    assertThat(TraceEvidence.bytes(1L << 40)).isEqualTo(TraceEvidence.KEPT_BYTES_MAX);
  }
}
