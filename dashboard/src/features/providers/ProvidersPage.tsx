import { useQueryClient } from "@tanstack/react-query";
import { Plug, Plus } from "lucide-react";
import { useState } from "react";
import { done, type Schemas } from "#/api/client";
import { ProviderForm } from "#/shell/ProviderForm";
import { providersKey, useApiKeys, useProviders } from "#/shell/resources";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button } from "#/ui/Button";
import { ConfirmDialog, Dialog } from "#/ui/Dialog";
import { EmptyState, ErrorState, Skeleton } from "#/ui/Notice";
import { Lead, Page } from "#/ui/Page";
import { toast } from "#/ui/Toasts";
import { ProviderCard } from "./ProviderCard";

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
