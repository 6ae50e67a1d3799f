import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, FlaskConical, Pencil, Star, Trash2 } from "lucide-react";
import { body, type Schemas } from "#/api/client";
import { TEST_REMEDY, TEST_WORD, useProviderTest } from "#/shell/providerTest";
import { providersKey } from "#/shell/resources";
import { useMay, useProject } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { Menu, MenuItem, MenuLine } from "#/ui/Menu";
import { ErrorState, Notice } from "#/ui/Notice";
import { Panel } from "#/ui/Page";
import { Pill, StatusTag } from "#/ui/Tags";
import { toastProblem } from "#/ui/Toasts";
import { Time } from "#/ui/Values";
import styles from "./Providers.module.css";

type Provider = Schemas["Provider"];

export function ProviderCard({
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
