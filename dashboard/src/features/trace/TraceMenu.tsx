import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download, Ellipsis, GitCompareArrows, Link2, Trash2 } from "lucide-react";
import { useState } from "react";
import { done, download, type Schemas, served } from "#/api/client";
import { useMay, useProject } from "#/shell/session";
import { IconButton } from "#/ui/Button";
import { copyText } from "#/ui/Copy";
import { ConfirmDialog } from "#/ui/Dialog";
import { Menu, MenuItem, MenuLine } from "#/ui/Menu";
import { toast, toastProblem } from "#/ui/Toasts";
import { CompareDialog } from "./compare/CompareDialog";
import { COMPARABLE } from "./views";

const EXPORT = served("GET /api/traces/{traceId}/export");
const DELETE = served("DELETE /api/traces/{traceId}");

const FORMATS = [
  { format: "json", label: "Export JSON", ending: "json" },
  { format: "mermaid", label: "Export Mermaid", ending: "mmd" },
  { format: "otlp", label: "Export OpenTelemetry", ending: "otlp.json" },
] as const;

export function TraceMenu({ trace }: { trace: Schemas["TraceDetail"] }) {
  const { api, projectId } = useProject();
  const admin = useMay("admin");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const [comparing, setComparing] = useState(false);
  const save = async (format: string, ending: string) => {
    try {
      await download(
        projectId,
        `/api/traces/${encodeURIComponent(trace.traceId)}/export?format=${format}`,
        `trace-${trace.traceId}.${ending}`,
      );
    } catch (error) {
      toastProblem(error);
    }
  };
  return (
    <>
      <IconButton
        label="Copy link"
        variant="secondary"
        onClick={() =>
          void copyText(window.location.href).then(() =>
            toast("Link copied. Members of the project can open it."),
          )
        }
      >
        <Link2 size={15} aria-hidden />
      </IconButton>
      {(EXPORT || COMPARABLE || (DELETE && admin)) && (
        <Menu
          trigger={
            <IconButton label="More" variant="secondary">
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        >
          {COMPARABLE && (
            <MenuItem
              icon={<GitCompareArrows size={15} aria-hidden />}
              onSelect={() => setComparing(true)}
            >
              Compare with another trace
            </MenuItem>
          )}
          {EXPORT &&
            FORMATS.map(({ format, label, ending }) => (
              <MenuItem
                key={format}
                icon={<Download size={15} aria-hidden />}
                onSelect={() => void save(format, ending)}
              >
                {label}
              </MenuItem>
            ))}
          {admin && DELETE && (
            <>
              <MenuLine />
              <MenuItem
                danger
                icon={<Trash2 size={15} aria-hidden />}
                onSelect={() => setDeleting(true)}
              >
                Delete trace
              </MenuItem>
            </>
          )}
        </Menu>
      )}
      <CompareDialog open={comparing} traceId={trace.traceId} onClose={() => setComparing(false)} />
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title="Delete this trace?"
        action="Delete trace"
        typed={trace.traceId}
        onConfirm={async () => {
          await done(
            api.DELETE("/api/traces/{traceId}", { params: { path: { traceId: trace.traceId } } }),
          );
          await navigate({ to: "/p/$project/traces", params: { project: projectId } });
          queries.removeQueries({ queryKey: ["trace", projectId, trace.traceId] });
          await queries.invalidateQueries({ queryKey: ["traces"] });
          toast("Trace deleted");
        }}
      >
        <p>Its events and payloads are removed. This cannot be undone.</p>
      </ConfirmDialog>
    </>
  );
}
