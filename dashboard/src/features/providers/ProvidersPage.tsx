import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, FlaskConical, Pencil, Plug, Plus, Star, Trash2 } from "lucide-react";
import { useState } from "react";
import { body, done, type Schemas } from "#/api/client";
import { ProviderForm } from "#/shell/ProviderForm";
import { TEST_REMEDY, TEST_WORD, useProviderTest } from "#/shell/providerTest";
import { providersKey, useApiKeys, useProviders } from "#/shell/resources";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { ConfirmDialog, Dialog } from "#/ui/Dialog";
import { Menu, MenuItem, MenuLine } from "#/ui/Menu";
import { EmptyState, ErrorState, Notice, Skeleton } from "#/ui/Notice";
import { Lead, Page, Panel } from "#/ui/Page";
import { Pill, StatusTag } from "#/ui/Tags";
import { toast, toastProblem } from "#/ui/Toasts";
import { Time } from "#/ui/Values";
import styles from "./Providers.module.css";

type Provider = Schemas["Provider"];

export function ProvidersPage() {
  const providers = useProviders();
  const may = useMay("admin");
  const [editing, setEditing] = useState<Provider | "new" | null>(null);
  const [deleting, setDeleting] = useState<Provider | null>(null);
  const add = (
    <Button
      variant="primary"
      icon={<Plus size={15} aria-hidden />}
      onClick={() => setEditing("new")}
    >
      Add provider
    </Button>
  );
  return (
    <Page
      title="Providers"
      narrow
      tools={may && providers.data && providers.data.length > 0 ? add : undefined}
    >
      <Lead>
        Where calls go. The gateway replaces your application's WhyOps key by the provider's own, so
        applications never hold it.
      </Lead>
      {providers.error && (
        <ErrorState error={providers.error} onRetry={() => void providers.refetch()} />
      )}
      {providers.isPending && <Skeleton />}
      {providers.data?.length === 0 && (
        <EmptyState
          icon={<Plug size={20} aria-hidden />}
          title="No provider yet"
          actions={may ? add : undefined}
        >
          {may
            ? "Add OpenAI, Anthropic, or any server that speaks one of their languages."
            : "An admin of this project can add one."}
        </EmptyState>
      )}
      {providers.data?.map((provider) => (
        <ProviderCard
          key={provider.id}
          provider={provider}
          onEdit={() => setEditing(provider)}
          onDelete={() => setDeleting(provider)}
        />
      ))}
      <Dialog
        open={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === "new" ? "Add provider" : "Edit provider"}
        wide
      >
        {editing !== null && (
          <ProviderForm
            provider={editing === "new" ? undefined : editing}
            onCancel={() => setEditing(null)}
            onSaved={(saved) => {
              setEditing(null);
              toast(`${saved.name} saved`);
            }}
          />
        )}
      </Dialog>
      <DeleteProvider provider={deleting} onClose={() => setDeleting(null)} />
    </Page>
  );
}

function ProviderCard({
  provider,
  onEdit,
  onDelete,
}: {
  provider: Provider;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const may = useMay("admin");
  const test = useProviderTest();
  const result = test.data?.result ?? provider.lastTest?.result;
  return (
    <Panel
      title={
        <span className={styles.title}>
          <SafeText text={provider.name} />
          <Pill>{provider.type === "openai" ? "OpenAI" : "Anthropic"}</Pill>
          {provider.default && <Pill>default</Pill>}
        </span>
      }
      tools={
        may && (
          <>
            <Button
              size="small"
              icon={<FlaskConical size={14} aria-hidden />}
              busy={test.isPending}
              onClick={() => test.mutate(provider.id)}
            >
              Test
            </Button>
            <ProviderMenu provider={provider} onEdit={onEdit} onDelete={onDelete} />
          </>
        )
      }
    >
      <dl className={styles.facts}>
        <div>
          <dt>Slug</dt>
          <dd>
            <code>
              <SafeText text={provider.slug} />
            </code>
          </dd>
        </div>
        <div className={styles.wide}>
          <dt>Base URL</dt>
          <dd>
            <code>
              <SafeText text={provider.baseUrl} />
            </code>
          </dd>
        </div>
        <div>
          <dt>Key</dt>
          <dd>
            <code>…{provider.keyLast4}</code>
          </dd>
        </div>
        <div>
          <dt>Last test</dt>
          <dd aria-live="polite">
            {result ? (
              <>
                <StatusTag status={result === "ok" ? "ok" : "error"} iconOnly /> {TEST_WORD[result]}
                {provider.lastTest && (
                  <span className={styles.muted}>
                    {" · "}
                    <Time at={provider.lastTest.at} relative />
                  </span>
                )}
              </>
            ) : (
              <span className={styles.muted}>never</span>
            )}
          </dd>
        </div>
      </dl>
      {result && result !== "ok" && (
        <div className={styles.remedy}>
          <Notice tone="warning" title={TEST_WORD[result]}>
            {TEST_REMEDY[result]}
          </Notice>
        </div>
      )}
      {test.error && (
        <div className={styles.remedy}>
          <ErrorState error={test.error} />
        </div>
      )}
    </Panel>
  );
}

function ProviderMenu({
  provider,
  onEdit,
  onDelete,
}: {
  provider: Provider;
  onEdit: () => void;
  onDelete: () => void;
}) {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const makeDefault = async () => {
    try {
      await body(
        api.PATCH("/api/providers/{providerId}", {
          params: { path: { providerId: provider.id } },
          body: { default: true },
        }),
      );
      await queries.invalidateQueries({ queryKey: providersKey(projectId) });
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <Menu
      trigger={
        <IconButton label={`More for ${provider.name}`} size="small">
          <Ellipsis size={16} aria-hidden />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil size={15} aria-hidden />} onSelect={onEdit}>
        Edit
      </MenuItem>
      {!provider.default && (
        <MenuItem icon={<Star size={15} aria-hidden />} onSelect={() => void makeDefault()}>
          Make default
        </MenuItem>
      )}
      <MenuLine />
      <MenuItem danger icon={<Trash2 size={15} aria-hidden />} onSelect={onDelete}>
        Delete
      </MenuItem>
    </Menu>
  );
}

function DeleteProvider({ provider, onClose }: { provider: Provider | null; onClose: () => void }) {
  const { api, projectId } = useProject();
  const queries = useQueryClient();
  const bound = (useApiKeys().data ?? []).filter(
    (k) => k.boundProviderId === provider?.id && k.revokedAt === null,
  );
  return (
    <ConfirmDialog
      open={provider !== null}
      onClose={onClose}
      title={`Delete ${provider?.name ?? "provider"}?`}
      action="Delete provider"
      onConfirm={async () => {
        if (!provider) return;
        await done(
          api.DELETE("/api/providers/{providerId}", {
            params: { path: { providerId: provider.id } },
          }),
        );
        await queries.invalidateQueries({ queryKey: providersKey(projectId) });
        toast(`${provider.name} deleted`);
      }}
    >
      <p>
        Its key is destroyed. Calls that need it are answered with an error; recorded traces stay.
      </p>
      {bound.length > 0 && (
        <p>
          Bound to it: <SafeText text={bound.map((k) => k.name).join(", ")} />.
        </p>
      )}
    </ConfirmDialog>
  );
}
