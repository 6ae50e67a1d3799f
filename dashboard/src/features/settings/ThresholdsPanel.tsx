import { useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { useSaving } from "#/api/useSaving";
import { decimal } from "#/format/format";
import { useMay, useProject } from "#/shell/session";
import { Button, IconButton } from "#/ui/Button";
import { FieldError, Form, FormActions, inputClass } from "#/ui/Field";
import { ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Panel, RightHead, Table } from "#/ui/Page";
import { toast } from "#/ui/Toasts";
import { useNarrow } from "#/ui/useMedia";
import styles from "./Settings.module.css";
import { changesOf, isWrong, numbersOf } from "./thresholds";

type Threshold = Schemas["ThresholdItem"];

/** The numbers that findings compare with, for the whole project. */
export function ThresholdsPanel() {
  const { api, projectId } = useProject();
  const thresholds = useQuery({
    queryKey: ["thresholds", projectId],
    queryFn: ({ signal }) => body(api.GET("/api/thresholds", { signal })),
  });
  const items = thresholds.data?.items;
  return (
    <Panel title="What counts as a finding" flush>
      <p className={styles.lead}>
        Each finding compares with these numbers. A change judges traces from then on; findings that
        stand stay as they are.
      </p>
      {thresholds.error && (
        <ErrorState error={thresholds.error} onRetry={() => void thresholds.refetch()} />
      )}
      {thresholds.isPending && <Skeleton lines={8} />}
      {items && <Thresholds key={JSON.stringify(items)} items={items} />}
    </Panel>
  );
}

function Thresholds({ items }: { items: Threshold[] }) {
  const admin = useMay("admin");
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const [typed, setTyped] = useState(() => numbersOf(items));
  const { busy, problem, run } = useSaving();
  const changes = changesOf(items, typed);
  const wrong = items.some((item) => isWrong(item, typed[item.name] ?? ""));
  const save = () =>
    run(async () => {
      const next = await body(api.PATCH("/api/thresholds", { body: { values: changes } }));
      queries.setQueryData(["thresholds", projectId], next);
      toast("Thresholds saved");
    });
  const narrow = useNarrow();
  const set = (name: string, value: string) => setTyped((old) => ({ ...old, [name]: value }));
  return (
    <Form label="Thresholds" onSubmit={() => !wrong && void save()}>
      <Table
        label="Thresholds"
        head={
          <>
            <th scope="col">{narrow ? "Finding" : "Finding and what it compares"}</th>
            <RightHead>Normal</RightHead>
            <th scope="col">Here</th>
          </>
        }
      >
        {items.map((item) => {
          const value = typed[item.name] ?? "";
          return (
            <tr key={item.name}>
              <td>
                {item.meaning}
                <div className={styles.code}>
                  <code>{item.name}</code>
                </div>
              </td>
              <td className={styles.number}>{decimal(item.normal)}</td>
              <td>
                {admin ? (
                  <ThresholdField
                    item={item}
                    value={value}
                    refused={problem?.forField(item.name)}
                    onChange={(next) => set(item.name, next)}
                  />
                ) : (
                  decimal(item.value)
                )}
              </td>
            </tr>
          );
        })}
      </Table>
      {admin && (
        <div className={styles.foot}>
          {problem && problem.details.length === 0 && (
            <Notice tone="error" title={problem.message} />
          )}
          <FormActions>
            <Button
              type="submit"
              variant="primary"
              busy={busy}
              disabled={wrong || Object.keys(changes).length === 0}
            >
              Save
            </Button>
          </FormActions>
        </div>
      )}
    </Form>
  );
}

function ThresholdField({
  item,
  value,
  refused,
  onChange,
}: {
  item: Threshold;
  value: string;
  refused: string | undefined;
  onChange: (value: string) => void;
}) {
  const wrong = isWrong(item, value);
  const normal = Number(value) === item.normal;
  return (
    <>
      <span className={styles.threshold}>
        <input
          className={inputClass}
          inputMode="decimal"
          aria-label={`${item.name}: ${item.meaning}`}
          aria-invalid={wrong || undefined}
          value={value}
          onChange={(e) => onChange(e.target.value)}
          autoComplete="off"
        />
        {!normal && (
          <IconButton
            label={`Back to normal: ${item.name}`}
            size="small"
            onClick={() => onChange(String(item.normal))}
          >
            <RotateCcw size={14} aria-hidden />
          </IconButton>
        )}
      </span>
      {wrong ? (
        <FieldError>
          {decimal(item.min)} to {decimal(item.max)}
        </FieldError>
      ) : (
        refused && <FieldError>{refused}</FieldError>
      )}
    </>
  );
}
