package dev.whyops.bench;

import java.util.Map;
import java.util.Optional;

/**
 * One way to the mock provider.
 *
 * @param pid the process whose CPU counts; absent for the direct way
 * @param gateway ours, whose journal has to be drained before the next leg runs; absent for others
 */
record Leg(
    String name,
    int port,
    Map<String, String> headers,
    Optional<Long> pid,
    Optional<Gateway> gateway) {

  static Leg direct(int port) {
    return new Leg("direct", port, Map.of(), Optional.empty(), Optional.empty());
  }

  static Leg other(String name, int port, Map<String, String> headers, Process process) {
    return new Leg(name, port, headers, Optional.of(process.pid()), Optional.empty());
  }

  long cpuUs() {
    return pid.map(Cpu::ofFamilyUs).orElse(0L);
  }

  long residentMib() {
    return pid.map(Cpu::residentMib).orElse(-1L);
  }
}
