package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.schema.SchemaVerdict;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;

/** Arguments that are no JSON or do not fit the offered schema, or a tool that was not offered. */
final class SchemaMismatch implements Check {
  @Override
  public String code() {
    return "SCHEMA_MISMATCH";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (ToolUse use : evidence.view().toolUses()) {
      ModelCall call = evidence.view().issuer(use);
      if (call == null
          || use.tool() == null
          || use.hosted()
          || call.answer().cut()
          || !call.context().captured()
          || call.context().tools().isEmpty()) {
        continue;
      }
      if (call.context().tool(use.tool()) == null) {
        if (call.context().findsTools()) {
          continue;
        }
        report.add(
            draft(use, use.tool() + " was called and had not been offered", "unknown tool", "$"));
        continue;
      }
      SchemaVerdict verdict = evidence.schema(use);
      if (verdict != null && verdict.mismatch()) {
        String first = verdict.errors().isEmpty() ? "" : verdict.errors().getFirst();
        int colon = first.indexOf(": ");
        report.add(
            draft(
                use,
                "Arguments of " + use.tool() + " do not fit its schema: " + first,
                use.parsed() == null ? "no json" : "schema",
                colon > 0 ? first.substring(0, colon) : "$"));
      }
    }
  }

  private static Draft draft(ToolUse use, String title, String kind, String path) {
    return Draft.of(Severity.HIGH, 1, title)
        .at(use.place(), use.callId() == null ? path : use.callId() + " " + path)
        .tool(use.tool())
        .path(path)
        .kind(kind)
        .advice(
            "Use strict mode",
            "Turn on strict tool calls where the provider has them, or describe the argument"
                + " better, and send the error back as the tool's result.");
  }
}
