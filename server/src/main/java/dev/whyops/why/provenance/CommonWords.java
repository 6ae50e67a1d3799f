package dev.whyops.why.provenance;

import java.util.List;
import java.util.Set;

/** Words that say nothing about where a value came from. */
final class CommonWords {
  private static final Set<String> WORDS =
      Set.of(
          ("a an and any all are as asc at auto be both but by can day days default desc do en"
               + " false find for from get go has have how i if in into is it its json less list me"
               + " min max more most my name new no none not null of off ok on one or order other"
               + " our out over per please search so some sort text than that the their them then"
               + " there these this those to today true two type up us use user was we week what"
               + " when where which who why will with yes you your der die das und ist ein eine le"
               + " la les de et el los un una")
              .split(" "));

  private CommonWords() {}

  static boolean all(List<String> tokens) {
    for (String token : tokens) {
      if (!WORDS.contains(token)) {
        return false;
      }
    }
    return true;
  }

  static boolean is(String token) {
    return WORDS.contains(token);
  }
}
