import { Check } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useApiKeys, useProviders } from "#/shell/resources";
import { cx } from "#/ui/cx";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Lead, Page } from "#/ui/Page";
import styles from "./Connect.module.css";
import { KeyStep } from "./KeyStep";
import { Probe } from "./Probe";
import { ProviderStep } from "./ProviderStep";
import { Snippets } from "./Snippets";

/** Provider, key, code: from nothing to the first trace. */
export function ConnectPage() {
  const providers = useProviders();
  const keys = useApiKeys();
  const [key, setKey] = useState<string | null>(null);
  if (providers.error) {
    return (
      <Page title="Get started" narrow>
        <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />
      </Page>
    );
  }
  if (!providers.data || !keys.data) {
    return (
      <Page title="Get started" narrow>
        <Skeleton />
      </Page>
    );
  }
  const liveKeys = keys.data.filter((k) => k.revokedAt === null);
  const hasProvider = providers.data.length > 0;
  const hasKey = key !== null || liveKeys.length > 0;
  return (
    <Page title="Get started" narrow>
      <Lead>
        Three steps from here to the first trace. Your application keeps its client library; it only
        calls another address.
      </Lead>
      <ol className={styles.steps}>
        <Step number={1} title="Provider" done={hasProvider} open>
          <ProviderStep providers={providers.data} />
        </Step>
        <Step number={2} title="Key" done={hasKey} open={hasProvider}>
          <KeyStep shown={key} count={liveKeys.length} onKey={setKey} />
        </Step>
        <Step number={3} title="Connect" done={false} open={hasProvider && hasKey}>
          <Snippets providers={providers.data} apiKey={key} />
          <Probe />
        </Step>
      </ol>
    </Page>
  );
}

function Step({
  number,
  title,
  done,
  open,
  children,
}: {
  number: number;
  title: string;
  done: boolean;
  open: boolean;
  children: ReactNode;
}) {
  return (
    <li className={cx(styles.step, !open && styles.later)}>
      <div className={cx(styles.number, done && styles.done)} aria-hidden>
        {done ? <Check size={14} /> : number}
      </div>
      <div className={styles.stepBody}>
        <h2>
          {title}
          {done && <span className="visually-hidden"> (done)</span>}
        </h2>
        {open && children}
      </div>
    </li>
  );
}
