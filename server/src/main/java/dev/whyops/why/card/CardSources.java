package dev.whyops.why.card;

import dev.whyops.why.context.ContextDiff;
import dev.whyops.why.history.VersionHistory;
import dev.whyops.why.provenance.Provenance;
import dev.whyops.why.provenance.Uses;
import dev.whyops.why.schema.SchemaVerdict;
import dev.whyops.why.view.ModelCall;
import dev.whyops.why.view.ToolUse;
import dev.whyops.why.view.TraceView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a card is made from; the evidence that rules look at gives it. */
public interface CardSources {
  TraceView view();

  VersionHistory history();

  List<Provenance> provenance(ToolUse use);

  ContextDiff diff(ModelCall call);

  Uses uses();

  @Nullable SchemaVerdict schema(ToolUse use);
}
