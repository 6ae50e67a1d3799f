package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import java.util.Locale;
import java.util.regex.Pattern;

/** A tool failed, and the answer that followed does not say so. */
final class ErrorSwallowed implements Check {
  /** Word beginnings by which answers own up to a failure, in the larger languages. */
  private static final Pattern MENTION =
      Pattern.compile(
          "\\b(?:error|fail|unable|could ?n[o']t|could not|can ?not|can[’']t|couldn[’']t|did"
              + " ?n[o’']t|was ?n[o’']t|were ?n[o’']t|not"
              + " (?:able|available|found|possible|work|respond|reach"
              + "|retriev|complet|access)|unavailable|problem|issue|trouble|sorry|apolog|unfortunate|went"
              + " wrong|timed?"
              + " ?out|timeout|denied|refused|rejected|invalid|missing|down\\b|outage|fehler|leider|konnte[n]?"
              + " nicht|nicht möglich|erreur|malheureusement|désolé|impossible|lo siento|no se"
              + " pudo|no"
              + " pude|problema|desafortunadamente|purtroppo|errore|infelizmente|helaas|mislukt|niet"
              + " gelukt)",
          Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);

  private static final Pattern MENTION_OTHER_SCRIPTS =
      Pattern.compile("エラー|失敗|申し訳|できません|错误|失败|抱歉|无法|오류|실패|죄송|ошибк|не удалось|к сожалению");

  @Override
  public String code() {
    return "ERROR_SWALLOWED";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (ToolUse use : evidence.view().toolUses()) {
      if (!use.error() || use.firstHolder() < 0) {
        continue;
      }
      ModelCall next = evidence.view().calls().get(use.firstHolder());
      String answer = next.answer().text();
      boolean finished = next.answered() && next.answer().calls().isEmpty() && !answer.isBlank();
      if (finished && !mentioned(answer)) {
        report.add(
            Draft.of(
                    Severity.MEDIUM,
                    0.6,
                    use.tool() + " failed, and the answer does not mention it")
                .at(use.own(), "$.output")
                .at(next.end(), "$.content")
                .tool(use.tool())
                .advice(
                    "Tell the user",
                    "Let the prompt demand that failures are named, or try the tool again."));
      }
    }
  }

  private static boolean mentioned(String answer) {
    String lower = answer.toLowerCase(Locale.ROOT);
    return MENTION.matcher(lower).find() || MENTION_OTHER_SCRIPTS.matcher(lower).find();
  }
}
