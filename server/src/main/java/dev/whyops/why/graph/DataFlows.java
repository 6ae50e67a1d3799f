package dev.whyops.why.graph;

import dev.whyops.why.card.CardSources;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.provenance.Uses;
import dev.whyops.why.view.ToolUse;
import java.util.ArrayList;
import java.util.List;

/** Collects which values went where: into arguments by provenance, into answers by later use. */
public final class DataFlows {
  private static final int FLOWS_MAX = 20_000;

  private DataFlows() {}

  public static List<DataFlow> of(CardSources sources) {
    List<DataFlow> flows = new ArrayList<>();
    for (ToolUse use : sources.view().toolUses()) {
      for (Provenance leaf : sources.provenance(use)) {
        Provenance.Origin origin = leaf.origin();
        if (leaf.sourced() && origin != null && flows.size() < FLOWS_MAX) {
          flows.add(
              new DataFlow(
                  origin.eventId(),
                  origin.path(),
                  use.index(),
                  use.issuedBy(),
                  leaf.leaf().path(),
                  leaf.result().wireName() + ": " + leaf.rule()));
        }
      }
      for (Uses.Use found : sources.uses().of(use).uses()) {
        if (found.toolUse() < 0 && flows.size() < FLOWS_MAX) {
          flows.add(
              new DataFlow(
                  use.own().id(),
                  found.resultPath(),
                  -1,
                  found.call(),
                  found.path(),
                  "value of the result in the answer"));
        }
      }
    }
    return flows;
  }
}
