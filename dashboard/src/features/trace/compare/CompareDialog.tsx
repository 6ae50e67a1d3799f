import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { body } from "#/api/client";
import { useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { Form, FormActions, TextField } from "#/ui/Field";
import { SelectField } from "#/ui/Select";

const OTHER = "";

/** Which trace to hold beside this one: a recent one, or any by its id. */
export function CompareDialog({
  open,
  traceId,
  onClose,
}: {
  open: boolean;
  traceId: string;
  onClose: () => void;
}) {
  const { api, projectId } = useProject();
  const navigate = useNavigate({ from: "/p/$project/trace" });
  const [id, setId] = useState("");
  const recent = useQuery({
    queryKey: ["recent-traces", projectId],
    enabled: open,
    queryFn: ({ signal }) =>
      body(api.GET("/api/traces", { params: { query: { limit: 20 } }, signal })),
  });
  const options = (recent.data?.items ?? [])
    .filter((t) => t.traceId !== traceId)
    .map((t) => ({
      value: t.traceId,
      label: (t.preview || t.traceId).slice(0, 80),
      note: `${t.agentName}, ${t.status}, ${t.traceId}`,
    }));
  return (
    <Dialog open={open} onClose={onClose} title="Compare with another trace">
      <Form
        label="Compare"
        onSubmit={() => {
          if (id.trim() === "") return;
          onClose();
          void navigate({ search: (old) => ({ ...old, view: "compare", with: id.trim() }) });
        }}
      >
        {options.length > 0 && (
          <SelectField
            label="A recent trace"
            value={options.some((o) => o.value === id) ? id : OTHER}
            options={[{ value: OTHER, label: "None of these" }, ...options]}
            onChange={setId}
          />
        )}
        <TextField
          label="Trace id"
          mono
          value={id}
          onChange={(e) => setId(e.target.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="primary"
            disabled={id.trim() === "" || id.trim() === traceId}
          >
            Compare
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
