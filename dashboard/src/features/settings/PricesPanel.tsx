import { Braces, Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useMay } from "#/shell/session";
import { SafeText } from "#/text/SafeText";
import { Button, IconButton } from "#/ui/Button";
import { ConfirmDialog } from "#/ui/Dialog";
import { ErrorState, Skeleton } from "#/ui/Notice";
import { Panel, Right, RightHead, Table } from "#/ui/Page";
import { Pill } from "#/ui/Tags";
import { toast } from "#/ui/Toasts";
import { PriceDialog, PriceListDialog } from "./PriceDialogs";
import { CLASSES, hasMore, type PriceRow, textOf, usdOf } from "./priceRow";
import styles from "./Settings.module.css";
import { usePrices } from "./usePrices";

type Open = { kind: "row"; at: number | null } | { kind: "list" } | { kind: "delete"; at: number };

/** Prices of the project's own, which come before those of the book. */
export function PricesPanel() {
  const admin = useMay("admin");
  const { prices, put } = usePrices();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const rows: readonly PriceRow[] = prices.data?.rows ?? [];
  const save = async (next: readonly PriceRow[]) => {
    await put(next);
    toast("Prices saved");
    close();
  };
  const chosen = open?.kind === "row" && open.at !== null ? rows[open.at] : undefined;
  const doomed = open?.kind === "delete" ? rows[open.at] : undefined;
  return (
    <Panel
      title="Prices of your own"
      tools={
        admin &&
        prices.data && (
          <>
            <Button
              size="small"
              icon={<Braces size={14} aria-hidden />}
              onClick={() => setOpen({ kind: "list" })}
            >
              Edit as JSON
            </Button>
            <Button
              size="small"
              icon={<Plus size={14} aria-hidden />}
              onClick={() => setOpen({ kind: "row", at: null })}
            >
              Add price
            </Button>
          </>
        )
      }
      flush
    >
      <p className={styles.lead}>
        They come before the price book that comes with the product
        {prices.data && ` (version ${prices.data.bookVersion})`}: a discount, or a model of your
        own. New prices price new calls; what is stored keeps its cost. In US dollars for a million
        tokens.
      </p>
      {prices.error && <ErrorState error={prices.error} onRetry={() => void prices.refetch()} />}
      {prices.isPending && <Skeleton />}
      {prices.data && rows.length === 0 && (
        <p className={styles.lead}>
          None yet: every call is priced by the book, or has no price where the book has none.
        </p>
      )}
      {rows.length > 0 && (
        <PriceTable
          rows={rows}
          onEdit={admin ? (at) => setOpen({ kind: "row", at }) : undefined}
          onDelete={(at) => setOpen({ kind: "delete", at })}
        />
      )}
      {open?.kind === "row" && (
        <PriceDialog
          row={chosen}
          onClose={close}
          onSave={(row) =>
            save(chosen ? rows.map((r) => (r === chosen ? row : r)) : [...rows, row])
          }
        />
      )}
      {open?.kind === "list" && <PriceListDialog rows={rows} onClose={close} onSave={save} />}
      <ConfirmDialog
        open={doomed !== undefined}
        onClose={close}
        title="Delete this price?"
        action="Delete price"
        onConfirm={() => save(rows.filter((row) => row !== doomed))}
      >
        <p>
          Calls of <SafeText text={doomed ? textOf(doomed, "model") : ""} /> are priced by the book
          again, if it knows them. Costs that are stored stay.
        </p>
      </ConfirmDialog>
    </Panel>
  );
}

function PriceTable({
  rows,
  onEdit,
  onDelete,
}: {
  rows: readonly PriceRow[];
  onEdit: ((at: number) => void) | undefined;
  onDelete: (at: number) => void;
}) {
  return (
    <Table
      label="Prices of your own"
      head={
        <>
          <th scope="col">Model</th>
          <th scope="col">Provider</th>
          <th scope="col">In force</th>
          {CLASSES.map(({ id, label }) => (
            <RightHead key={id}>{label}</RightHead>
          ))}
          {onEdit && (
            <th scope="col">
              <span className="visually-hidden">Actions</span>
            </th>
          )}
        </>
      }
    >
      {rows.map((row, at) => (
        <tr key={textOf(row, "id")}>
          <td>
            <code>
              <SafeText text={textOf(row, "model")} />
            </code>{" "}
            {hasMore(row) && <Pill title="Has tiers or aliases: see Edit as JSON.">more</Pill>}
          </td>
          <td>
            {textOf(row, "provider") === "*" ? "any" : <SafeText text={textOf(row, "provider")} />}
          </td>
          <td className={styles.nowrap}>{inForce(row)}</td>
          {CLASSES.map(({ id }) => (
            <Right key={id}>{usdOf(row, id) ?? "–"}</Right>
          ))}
          {onEdit && (
            <td className={styles.nowrap}>
              <IconButton
                label={`Edit the price of ${textOf(row, "model")}`}
                size="small"
                onClick={() => onEdit(at)}
              >
                <Pencil size={14} aria-hidden />
              </IconButton>
              <IconButton
                label={`Delete the price of ${textOf(row, "model")}`}
                size="small"
                onClick={() => onDelete(at)}
              >
                <Trash2 size={14} aria-hidden />
              </IconButton>
            </td>
          )}
        </tr>
      ))}
    </Table>
  );
}

function inForce(row: PriceRow): string {
  const from = textOf(row, "from");
  const to = textOf(row, "to");
  if (from === "" && to === "") return "always";
  return `${from === "" ? "" : `from ${from}`}${to === "" ? "" : ` until ${to}`}`.trim();
}
