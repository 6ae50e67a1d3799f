import { Ban } from "lucide-react";
import type { Schemas } from "#/api/client";
import { count, localDate, usd } from "#/format/format";
import { ENVIRONMENTS } from "#/shell/KeyForm";
import { useMemberName, useProviders } from "#/shell/resources";
import { SafeText } from "#/text/SafeText";
import { IconButton } from "#/ui/Button";
import { Facts, Panel, Table } from "#/ui/Page";
import { Pill } from "#/ui/Tags";
import { useNarrow } from "#/ui/useMedia";
import { Time } from "#/ui/Values";
import styles from "./Keys.module.css";

type ApiKey = Schemas["ApiKey"];

interface Props {
  label: string;
  keys: ApiKey[];
  onRevoke?: (key: ApiKey) => void;
}

export function KeyTable(props: Props) {
  return <Panel flush>{useNarrow() ? <Cards {...props} /> : <Wide {...props} />}</Panel>;
}

function Wide({ label, keys, onRevoke }: Props) {
  return (
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
            <Name apiKey={key} />
          </td>
          <td>
            <Ends apiKey={key} />
          </td>
          <td>{environmentOf(key)}</td>
          <td>
            <Scopes apiKey={key} />
          </td>
          <td>
            <Bounds apiKey={key} />
          </td>
          <td>
            <LastUse apiKey={key} />
          </td>
          <td>
            <Expiry apiKey={key} />
          </td>
          <td>
            {onRevoke ? <Revoke apiKey={key} onRevoke={onRevoke} /> : <Time at={key.revokedAt} />}
          </td>
        </tr>
      ))}
    </Table>
  );
}

/** The same facts one below the other, where the window has no room for columns. */
function Cards({ label, keys, onRevoke }: Props) {
  return (
    <ul className={styles.cards} aria-label={label}>
      {keys.map((key) => (
        <li key={key.id} className={styles.card}>
          <div className={styles.cardHead}>
            <div>
              <Name apiKey={key} />
            </div>
            {onRevoke && <Revoke apiKey={key} onRevoke={onRevoke} />}
          </div>
          <div className={styles.cardLine}>
            <Ends apiKey={key} />
            <span>{environmentOf(key)}</span>
          </div>
          <Scopes apiKey={key} />
          <Facts
            items={[
              ["Bounds", <Bounds key="bounds" apiKey={key} />],
              ["Last use", <LastUse key="use" apiKey={key} />],
              ["Expires", <Expiry key="expires" apiKey={key} />],
              key.revokedAt !== null && ["Revoked", <Time key="revoked" at={key.revokedAt} />],
            ]}
          />
        </li>
      ))}
    </ul>
  );
}

interface OfKey {
  apiKey: ApiKey;
}

const environmentOf = ({ environment }: ApiKey) =>
  ENVIRONMENTS.find((e) => e.value === environment)?.label;

function Name({ apiKey }: OfKey) {
  const nameOf = useMemberName();
  return (
    <>
      <strong>
        <SafeText text={apiKey.name} />
      </strong>
      {apiKey.createdBy && (
        <div className={styles.note}>
          by <SafeText text={nameOf(apiKey.createdBy)} />, {localDate(apiKey.createdAt)}
        </div>
      )}
    </>
  );
}

function Ends({ apiKey }: OfKey) {
  return (
    <code>
      {apiKey.prefix}…{apiKey.last4}
    </code>
  );
}

function Scopes({ apiKey }: OfKey) {
  return (
    <span className={styles.pills}>
      {apiKey.scopes.map((s) => (
        <Pill key={s}>{s}</Pill>
      ))}
    </span>
  );
}

function LastUse({ apiKey }: OfKey) {
  return apiKey.lastUsedAt ? <Time at={apiKey.lastUsedAt} relative /> : <Never />;
}

function Expiry({ apiKey }: OfKey) {
  return apiKey.expiresAt ? localDate(apiKey.expiresAt) : <Never />;
}

const Never = () => <span className={styles.note}>never</span>;

function Revoke({ apiKey, onRevoke }: OfKey & { onRevoke: (key: ApiKey) => void }) {
  return (
    <IconButton label={`Revoke ${apiKey.name}`} size="small" onClick={() => onRevoke(apiKey)}>
      <Ban size={15} aria-hidden />
    </IconButton>
  );
}

function Bounds({ apiKey }: OfKey) {
  const provider = useProviders().data?.find((p) => p.id === apiKey.boundProviderId)?.name;
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
