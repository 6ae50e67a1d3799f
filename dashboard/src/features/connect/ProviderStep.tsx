import { Link } from "@tanstack/react-router";
import { FlaskConical } from "lucide-react";
import { useState } from "react";
import type { Schemas } from "#/api/client";
import { ProviderForm } from "#/shell/ProviderForm";
import { TEST_REMEDY, TEST_WORD, useProviderTest } from "#/shell/providerTest";
import { useMay, useProject } from "#/shell/session";
import { Button } from "#/ui/Button";
import { ErrorState, Notice } from "#/ui/Notice";
import styles from "./Connect.module.css";

export function ProviderStep({ providers }: { providers: Schemas["Provider"][] }) {
  const admin = useMay("admin");
  const { projectId } = useProject();
  const test = useProviderTest();
  const [adding, setAdding] = useState(false);
  if (providers.length === 0 || adding) {
    if (!admin) return <Notice>An admin of this project has to add a provider first.</Notice>;
    return (
      <>
        <p className={styles.text}>
          Where the calls go. No provider key at hand? Stop the server and run{" "}
          <code>./whyops demo</code>: it brings a scripted provider and a sample agent.
        </p>
        <div className={styles.card}>
          <ProviderForm
            onSaved={(saved) => {
              setAdding(false);
              test.mutate(saved.id);
            }}
            {...(adding ? { onCancel: () => setAdding(false) } : {})}
          />
        </div>
      </>
    );
  }
  const result = test.data?.result;
  return (
    <div className={styles.rows}>
      <div className={styles.text}>
        {providers.map((p) => p.name).join(", ")} ·{" "}
        <Link to="/p/$project/providers" params={{ project: projectId }}>
          Manage providers
        </Link>
      </div>
      <div className={styles.line}>
        {admin && providers[0] && (
          <Button
            size="small"
            icon={<FlaskConical size={14} aria-hidden />}
            busy={test.isPending}
            onClick={() => test.mutate((test.variables ?? providers[0]?.id) as string)}
          >
            Test {providers.find((p) => p.id === test.variables)?.name ?? providers[0].name}
          </Button>
        )}
        {admin && (
          <Button size="small" variant="ghost" onClick={() => setAdding(true)}>
            Add another
          </Button>
        )}
      </div>
      {result && (
        <Notice tone={result === "ok" ? "ok" : "warning"} title={TEST_WORD[result]}>
          {TEST_REMEDY[result]}
        </Notice>
      )}
      {test.error && <ErrorState error={test.error} />}
    </div>
  );
}
