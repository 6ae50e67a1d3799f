import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { done, type Schemas } from "#/api/client";
import { count } from "#/format/format";
import { KeyForm } from "#/shell/KeyForm";
import { apiKeysKey, useApiKeys } from "#/shell/resources";
import { useMay, useProject } from "#/shell/session";
import { Button, buttonClass } from "#/ui/Button";
import { CopyButton } from "#/ui/Copy";
import { ConfirmDialog, Dialog } from "#/ui/Dialog";
import { FormActions } from "#/ui/Field";
import { EmptyState, ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Lead, Page } from "#/ui/Page";
import { toast } from "#/ui/Toasts";
import { Time } from "#/ui/Values";
import styles from "./Keys.module.css";
import { KeyTable } from "./KeyTable";

type ApiKey = Schemas["ApiKey"];

export function KeysPage() {
  const keys = useApiKeys();
  const may = useMay("member");
  const [creating, setCreating] = useState(false);
  const [created, setCreated] = useState<Schemas["ApiKeyCreated"] | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [showRevoked, setShowRevoked] = useState(false);
  const live = keys.data?.filter((k) => k.revokedAt === null) ?? [];
  const revoked = keys.data?.filter((k) => k.revokedAt !== null) ?? [];
  const create = (
    <Button
      variant="primary"
      icon={<Plus size={15} aria-hidden />}
      onClick={() => setCreating(true)}
    >
      Create key
    </Button>
  );
  return (
    <Page title="API keys" tools={may && live.length > 0 ? create : undefined}>
      <Lead>
        Your applications call the gateway with these. A key is shown once, when it is made.
      </Lead>
      {keys.error && <ErrorState error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.isPending && <Skeleton />}
      {keys.data && live.length === 0 && (
        <EmptyState
          icon={<KeyRound size={20} aria-hidden />}
          title={may ? "No key yet" : "No key that you may see"}
          actions={may ? create : undefined}
        >
          {may
            ? "Create one for each application, so that each can be revoked alone."
            : "Members of this project can create one."}
        </EmptyState>
      )}
      {live.length > 0 && (
        <KeyTable label="API keys" keys={live} onRevoke={may ? setRevoking : undefined} />
      )}
      {revoked.length > 0 && (
        <div className={styles.revoked}>
          <Button
            variant="ghost"
            size="small"
            aria-expanded={showRevoked}
            onClick={() => setShowRevoked(!showRevoked)}
          >
            {showRevoked ? "Hide" : "Show"} {count(revoked.length)} revoked
          </Button>
          {showRevoked && <KeyTable label="Revoked API keys" keys={revoked} />}
        </div>
      )}
      <Dialog open={creating} onClose={() => setCreating(false)} title="Create API key" wide>
        <KeyForm
          onCancel={() => setCreating(false)}
          onCreated={(made) => {
            setCreating(false);
            setCreated(made);
          }}
        />
      </Dialog>
      <ShownOnce created={created} onClose={() => setCreated(null)} />
      <RevokeKey apiKey={revoking} onClose={() => setRevoking(null)} />
    </Page>
  );
}

function ShownOnce({
  created,
  onClose,
}: {
  created: Schemas["ApiKeyCreated"] | null;
  onClose: () => void;
}) {
  const { projectId } = useProject();
  return (
    <Dialog
      open={created !== null}
      onClose={onClose}
      closable={false}
      title="Copy the key now"
      description="It is shown this once. Only a hash of it is kept."
    >
      {created && (
        <div className={styles.once}>
          <div className={styles.key}>
            <code>{created.key}</code>
            <CopyButton text={created.key} label="Copy key" primary />
          </div>
          <Notice>Keep it in a secret store or an environment variable, not in code.</Notice>
          <FormActions>
            <Link
              to="/p/$project/connect"
              params={{ project: projectId }}
              className={buttonClass()}
              onClick={onClose}
            >
              How to use it
            </Link>
            <Button variant="primary" onClick={onClose}>
              I have copied it
            </Button>
          </FormActions>
        </div>
      )}
    </Dialog>
  );
}

function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      open={apiKey !== null}
      onClose={onClose}
      title={`Revoke ${apiKey?.name ?? "key"}?`}
      action="Revoke key"
      onConfirm={async () => {
        if (!apiKey) return;
        await done(api.DELETE("/api/api-keys/{keyId}", { params: { path: { keyId: apiKey.id } } }));
        await queries.invalidateQueries({ queryKey: apiKeysKey(projectId) });
        toast(`${apiKey.name} revoked`);
      }}
    >
      <p>Calls with it are refused within a second. This cannot be undone.</p>
      {apiKey?.lastUsedAt && (
        <p>
          Last used <Time at={apiKey.lastUsedAt} relative />.
        </p>
      )}
    </ConfirmDialog>
  );
}
