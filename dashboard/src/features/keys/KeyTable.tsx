import { Ban } from "lucide-react";
import type { Schemas } from "#/api/client";
import { count, localDate, usd } from "#/format/format";
import { ENVIRONMENTS } from "#/shell/KeyForm";
import { useMemberName, useProviders } from "#/shell/resources";
import { SafeText } from "#/text/SafeText";
import { IconButton } from "#/ui/Button";
import { Panel, Table } from "#/ui/Page";
import { Pill } from "#/ui/Tags";
import { Time } from "#/ui/Values";
import styles from "./Keys.module.css";

type ApiKey = Schemas["ApiKey"];

export function KeyTable({
  label,
  keys,
  onRevoke,
}: {
  label: string;
  keys: ApiKey[];
  onRevoke?: (key: ApiKey) => void;
}) {
  const providers = useProviders().data ?? [];
  const nameOf = useMemberName();
  return (
    <Panel flush>
      <Table
        label={label}
        head={
          <>
            <th scope="col">Name</th>
            <th scope="col">Key</th>
            <th scope="col">Environment</th>
            <th scope="col">May</th>
            <th scope="col">Bounds</th>
            <th scope="col">Last use</th>
            <th scope="col">Expires</th>
            <th scope="col">
              {onRevoke ? <span className="visually-hidden">Actions</span> : "Revoked"}
            </th>
          </>
        }
      >
        {keys.map((key) => (
          <tr key={key.id}>
            <td>
              <strong>
                <SafeText text={key.name} />
              </strong>
              {key.createdBy && (
                <div className={styles.note}>
                  by <SafeText text={nameOf(key.createdBy)} />, {localDate(key.createdAt)}
                </div>
              )}
            </td>
            <td>
              <code>
                {key.prefix}…{key.last4}
              </code>
            </td>
            <td>{ENVIRONMENTS.find((e) => e.value === key.environment)?.label}</td>
            <td>
              <span className={styles.pills}>
                {key.scopes.map((s) => (
                  <Pill key={s}>{s}</Pill>
                ))}
              </span>
            </td>
            <td>
              <Bounds
                apiKey={key}
                provider={providers.find((p) => p.id === key.boundProviderId)?.name}
              />
            </td>
            <td>
              {key.lastUsedAt ? (
                <Time at={key.lastUsedAt} relative />
              ) : (
                <span className={styles.note}>never</span>
              )}
            </td>
            <td>
              {key.expiresAt ? (
                localDate(key.expiresAt)
              ) : (
                <span className={styles.note}>never</span>
              )}
            </td>
            <td>
              {onRevoke ? (
                <IconButton label={`Revoke ${key.name}`} size="small" onClick={() => onRevoke(key)}>
                  <Ban size={15} aria-hidden />
                </IconButton>
              ) : (
                <Time at={key.revokedAt} />
              )}
            </td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

function Bounds({ apiKey, provider }: { apiKey: ApiKey; provider: string | undefined }) {
  const { limits } = apiKey;
  const facts = [
    apiKey.defaultAgent && `agent ${apiKey.defaultAgent}`,
    provider && `only ${provider}`,
    limits.requestsPerMinute !== null && `${count(limits.requestsPerMinute)} requests/min`,
    limits.tokensPerMinute !== null && `${count(limits.tokensPerMinute)} tokens/min`,
    limits.concurrentCalls !== null && `${count(limits.concurrentCalls)} at once`,
    limits.monthlyBudgetUsd !== null && `${usd(limits.monthlyBudgetUsd)} a month`,
  ].filter(Boolean);
  return facts.length > 0 ? (
    <SafeText text={facts.join(", ")} />
  ) : (
    <span className={styles.note}>none</span>
  );
}
