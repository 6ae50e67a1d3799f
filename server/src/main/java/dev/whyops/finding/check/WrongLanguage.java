package dev.whyops.finding.check;

import dev.whyops.finding.Check;
import dev.whyops.finding.Draft;
import dev.whyops.finding.Evidence;
import dev.whyops.finding.Report;
import dev.whyops.finding.Severity;
import dev.whyops.why.text.Languages;
import dev.whyops.why.view.Context;
import dev.whyops.why.view.Message;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.Role;
import java.util.List;
import java.util.Optional;

/** The answer is in another language than the user's last turn, and nobody asked for that. */
final class WrongLanguage implements Check {
  private static final int ANSWER_LETTERS_MIN = 80;
  private static final int USER_LETTERS_MIN = 40;
  private static final double SURE = 0.9;

  @Override
  public String code() {
    return "WRONG_LANGUAGE";
  }

  @Override
  public void judge(Evidence evidence, Report report) {
    for (ModelCall call : evidence.view().calls()) {
      String answer = call.answer().text();
      if (!call.answer().calls().isEmpty() || Languages.letters(answer) < ANSWER_LETTERS_MIN) {
        continue;
      }
      String asked = lastUserText(call.context());
      if (Languages.letters(asked) < USER_LETTERS_MIN) {
        continue;
      }
      Optional<Languages.Guess> user = Languages.of(asked).filter(g -> g.confidence() >= SURE);
      Optional<Languages.Guess> said = Languages.of(answer).filter(g -> g.confidence() >= SURE);
      if (user.isPresent()
          && said.isPresent()
          && !user.get().language().equals(said.get().language())
          && !askedFor(call.context(), said.get().language())) {
        report.add(
            Draft.of(
                    Severity.LOW,
                    0.7,
                    "The user wrote "
                        + user.get().language()
                        + ", the answer is "
                        + said.get().language())
                .at(call.end(), "$.content")
                .kind(user.get().language() + " " + said.get().language())
                .threshold("sure", SURE)
                .advice("State it", "Say in the prompt in which language to answer."));
      }
    }
  }

  private static boolean askedFor(Context context, String language) {
    if (context.system() != null && Languages.asksForLanguage(context.system().text(), language)) {
      return true;
    }
    for (Message message : context.messages()) {
      boolean asks = message.role() == Role.USER || message.role() == Role.SYSTEM;
      if (asks && Languages.asksForLanguage(message.text(), language)) {
        return true;
      }
    }
    return false;
  }

  private static String lastUserText(Context context) {
    List<Message> messages = context.messages();
    for (int i = messages.size() - 1; i >= 0; i--) {
      if (messages.get(i).role() == Role.USER && !messages.get(i).text().isBlank()) {
        return messages.get(i).text();
      }
    }
    return "";
  }
}
