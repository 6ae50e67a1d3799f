import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { body, type Schemas } from "#/api/client";
import { problemOf } from "#/api/problems";
import { apiKeysKey } from "#/shell/resources";
import { useMay, useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { CopyButton } from "#/ui/Copy";
import { TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import styles from "./Connect.module.css";

export function KeyStep({
  shown,
  count,
  onKey,
}: {
  shown: string | null;
  count: number;
  onKey: (key: string) => void;
}) {
  const { api, projectId } = useProject();
  const may = useMay("member");
  const admin = useMay("admin");
  const queries = useQueryClient();
  const [name, setName] = useState("First application");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const create = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const scopes: Schemas["Scope"][] = admin
        ? ["proxy", "ingest", "passthrough"]
        : ["proxy", "ingest"];
      const created = await body(
        api.POST("/api/api-keys", {
          body: { name: name.trim(), environment: "PRODUCTION", scopes },
        }),
      );
      onKey(created.key);
      await queries.invalidateQueries({ queryKey: apiKeysKey(projectId) });
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  if (shown) {
    return (
      <div className={styles.rows}>
        <div className={styles.key}>
          <code>{shown}</code>
          <CopyButton text={shown} label="Copy key" primary />
        </div>
        <Notice tone="warning">
          Copy it now: it is shown this once. The code below has it filled in.
        </Notice>
      </div>
    );
  }
  if (!may) return <Notice>Members of this project can create a key.</Notice>;
  return (
    <div className={styles.rows}>
      {count > 0 && (
        <p className={styles.text}>
          There {count === 1 ? "is a key" : `are ${count} keys`} already. Keys are never shown
          again, so make a new one to have it filled in below, or put your own in.
        </p>
      )}
      <form
        className={styles.line}
        aria-label="Create a key"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== "") void create();
        }}
      >
        <div className={styles.keyName}>
          <TextField
            label="Name of the key"
            value={name}
            onChange={(e) => setName(e.target.value)}
            error={problem}
            autoComplete="off"
            maxLength={255}
          />
        </div>
        <Button
          type="submit"
          variant={count > 0 ? "secondary" : "primary"}
          busy={busy}
          disabled={name.trim() === ""}
          className={styles.lowButton}
        >
          Create key
        </Button>
      </form>
    </div>
  );
}
