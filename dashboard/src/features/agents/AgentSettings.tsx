import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { problemOf } from "#/api/problems";
import { useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { Form, TextField } from "#/ui/Field";
import { Panel } from "#/ui/Page";
import { toast } from "#/ui/Toasts";

export function AgentSettings({ agent }: { agent: Schemas["Agent"] }) {
  const { api } = useProject();
  const queries = useQueryClient();
  const [value, setValue] = useState(String(Math.round(agent.sampling * 10_000) / 100));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const share = Number(value);
  const wrong = value.trim() === "" || !Number.isFinite(share) || share < 0 || share > 100;
  const save = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await body(
        api.PATCH("/api/agents/{agentId}", {
          params: { path: { agentId: agent.id } },
          body: { sampling: share / 100 },
        }),
      );
      await queries.invalidateQueries({ queryKey: ["agent"] });
      toast("Sampling saved");
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Sampling">
      <Form label="Sampling" onSubmit={() => !wrong && void save()}>
        <TextField
          label="Traces that are kept (%)"
          inputMode="decimal"
          value={value}
          onChange={(e) => setValue(e.target.value)}
          error={wrong ? "A number from 0 to 100." : problem}
          hint="Decided once per trace. What is sampled out is answered and counted, but not stored."
        />
        <div>
          <Button type="submit" variant="primary" busy={busy} disabled={wrong}>
            Save
          </Button>
        </div>
      </Form>
    </Panel>
  );
}
