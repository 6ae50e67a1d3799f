package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Tool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tools that the model can hardly tell what for: no description, or two that say the same. */
final class ToolDefinitionWeak implements Check {
  private static final int TOOLS_MAX = 200;

  @Override
  public String code() {
    return "TOOL_DEFINITION_WEAK";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    double alike = evidence.thresholds().of(code(), "alike");
    Map<String, Tool> tools = new LinkedHashMap<>();
    Map<String, ModelCall> offeredBy = new LinkedHashMap<>();
    for (ModelCall call : evidence.view().calls()) {
      for (Tool tool : call.context().tools()) {
        if (tools.size() < TOOLS_MAX && tools.putIfAbsent(tool.name(), tool) == null) {
          offeredBy.put(tool.name(), call);
        }
      }
    }
    List<Tool> described = new ArrayList<>();
    for (Tool tool : tools.values()) {
      boolean builtIn =
          tool.schema() == null
              && tool.description() == null
              && !tool.raw().contains("\"function\"");
      if (builtIn) {
        continue;
      }
      if (tool.description() == null || tool.description().isBlank()) {
        add(evidence, report, tool, offeredBy, tool.name() + " has no description", alike);
      } else {
        described.add(tool);
      }
    }
    compare(evidence, report, described, offeredBy, alike);
  }

  private void compare(
      Evidence evidence,
      Report report,
      List<Tool> tools,
      Map<String, ModelCall> offeredBy,
      double alike) {
    List<Set<String>> words = tools.stream().map(ToolDefinitionWeak::words).toList();
    for (int i = 0; i < tools.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (similarity(words.get(i), words.get(j)) >= alike) {
          String title =
              tools.get(j).name() + " and " + tools.get(i).name() + " are described alike";
          add(evidence, report, tools.get(i), offeredBy, title, alike);
          break;
        }
      }
    }
  }

  private static void add(
      Evidence evidence,
      Report report,
      Tool tool,
      Map<String, ModelCall> offeredBy,
      String title,
      double alike) {
    ModelCall call = offeredBy.get(tool.name());
    if (call == null) {
      return;
    }
    long misused = evidence.history().misuses(tool.name());
    long calls = evidence.history().calls(tool.name());
    report.add(
        Draft.of(Severity.LOW, 0.8, title)
            .at(call.end(), "$.tools")
            .tool(tool.name())
            .kind(title)
            .threshold("alike", alike)
            .ofVersion()
            .advice(
                "Rewrite the description",
                "Say when to use it and when not. Misused in "
                    + misused
                    + " of "
                    + calls
                    + " recorded calls."));
  }

  private static Set<String> words(Tool tool) {
    String text = tool.description() == null ? "" : tool.description();
    return new HashSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")));
  }

  /** Shared words among all words (P. Jaccard, 1901). */
  private static double similarity(Set<String> a, Set<String> b) {
    Set<String> shared = new HashSet<>(a);
    shared.retainAll(b);
    int all = a.size() + b.size() - shared.size();
    return all == 0 ? 0 : (double) shared.size() / all;
  }
}
