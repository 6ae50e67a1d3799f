package dev.whyops.finding;

import dev.whyops.event.Event;
import dev.whyops.why.view.TraceView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes what rules find: at most 100 of a code and trace, then one that counts the rest. */
public final class Report {
  public static final int PER_CODE_MAX = 100;
  private static final int EVIDENCE_MAX = 50;

  private final TraceView view;
  private final @Nullable Event sample;
  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final List<Draft> beyond = new ArrayList<>();
  private String code = "";
  private int taken;
  private int left;

  Report(TraceView view) {
    this.view = view;
    this.sample = view.facts().isEmpty() ? null : view.facts().getFirst().event();
  }

  public void add(Draft draft) {
    if (taken >= PER_CODE_MAX) {
      left++;
      if (beyond.isEmpty()) {
        beyond.add(draft);
      }
      return;
    }
    Finding finding = finding(draft, draft.title, draft.evidence, 1);
    if (findings.putIfAbsent(finding.id(), finding) == null) {
      taken++;
    }
  }

  void open(String newCode) {
    code = newCode;
    taken = 0;
    left = 0;
    beyond.clear();
  }

  void close() {
    if (!beyond.isEmpty()) {
      Draft last = beyond.getFirst();
      Finding rest = finding(last, left + " more like these: " + last.title, List.of(), left);
      findings.put(rest.id(), rest);
    }
  }

  List<Finding> findings() {
    return List.copyOf(findings.values());
  }

  private Finding finding(Draft draft, String title, List<Finding.Ref> evidence, int count) {
    String version = sample == null ? null : sample.agent().versionId();
    String scope = draft.ofVersion ? "version:" + version : "trace:" + view.traceId();
    List<String> identity = new ArrayList<>(List.of(code, scope));
    if (draft.ofVersion || evidence.isEmpty()) {
      identity.addAll(List.of("" + draft.tool, "" + draft.path, draft.kind));
    } else {
      evidence.forEach(ref -> identity.add(ref.eventId() + "#" + ref.path()));
      identity.add("" + draft.path);
    }
    List<Finding.Ref> shown =
        evidence.size() <= EVIDENCE_MAX ? evidence : evidence.subList(0, EVIDENCE_MAX);
    return new Finding(
        "fnd_" + hash(identity),
        code,
        draft.severity,
        draft.confidence,
        title,
        draft.ofVersion ? null : view.traceId(),
        sample == null ? null : sample.agent().name(),
        sample == null ? null : sample.agent().agentId(),
        version,
        draft.tool,
        draft.path,
        hash(List.of(code, "" + draft.tool, "" + draft.path, draft.kind)),
        count,
        shown,
        new Finding.Recommendation(draft.action, draft.detail),
        draft.thresholds,
        Finding.Status.OPEN);
  }

  private static String hash(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
