import { type ChangeEvent, useState } from "react";
import { useSaving } from "#/api/useSaving";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { FieldGroup, Form, FormActions, FormRow, TextArea, TextField } from "#/ui/Field";
import { Notice } from "#/ui/Notice";
import { CLASSES, formOf, type PriceForm, type PriceRow, rowOf, rowsOf } from "./priceRow";

const USD = /^\d{1,6}(\.\d{1,6})?$/;

/** One price; what the form does not show stays as it is. */
export function PriceDialog({
  row,
  onClose,
  onSave,
}: {
  row: PriceRow | undefined;
  onClose: () => void;
  onSave: (row: PriceRow) => Promise<void>;
}) {
  const [form, setForm] = useState(() => formOf(row ?? {}));
  const { busy, problem, run } = useSaving();
  const set = (change: Partial<PriceForm>) => setForm((old) => ({ ...old, ...change }));
  const field = (name: "model" | "provider" | "from" | "to" | "source") => ({
    value: form[name],
    onChange: (e: ChangeEvent<HTMLInputElement>) => set({ [name]: e.target.value }),
    autoComplete: "off",
    spellCheck: false,
  });
  const wrong = (price: string) => price.trim() !== "" && !USD.test(price.trim());
  const prices = CLASSES.map(({ id }) => form.usd[id]);
  const complete =
    form.model.trim() !== "" &&
    form.provider.trim() !== "" &&
    form.source.trim() !== "" &&
    prices.some((price) => price.trim() !== "") &&
    !prices.some(wrong);
  return (
    <Dialog open onClose={onClose} title={row ? "Edit price" : "Add price"}>
      <Form
        label="Price"
        onSubmit={() => complete && void run(() => onSave(rowOf(row ?? {}, form)))}
      >
        {problem && <Notice tone="error" title={problem.message} />}
        <FormRow>
          <TextField
            label="Model"
            mono
            {...field("model")}
            hint="Its whole name, as the provider answers it."
          />
          <TextField label="Provider" mono {...field("provider")} hint="A slug, or * for any." />
        </FormRow>
        <FieldGroup legend="US dollars for a million tokens">
          <FormRow>
            {CLASSES.map(({ id, label }) => (
              <TextField
                key={id}
                label={label}
                inputMode="decimal"
                value={form.usd[id]}
                onChange={(e) => set({ usd: { ...form.usd, [id]: e.target.value } })}
                error={wrong(form.usd[id]) ? "A number with at most 6 decimals." : undefined}
                autoComplete="off"
              />
            ))}
          </FormRow>
        </FieldGroup>
        <FormRow>
          <TextField label="In force from" optional type="date" {...field("from")} />
          <TextField
            label="Until"
            optional
            type="date"
            {...field("to")}
            hint="The first day it is no longer."
          />
        </FormRow>
        <TextField
          label="Source"
          {...field("source")}
          hint="Where the price comes from: a contract, a page."
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={!complete}>
            Save price
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}

/** The whole list, with all that a row can have. */
export function PriceListDialog({
  rows,
  onClose,
  onSave,
}: {
  rows: readonly PriceRow[];
  onClose: () => void;
  onSave: (rows: readonly PriceRow[]) => Promise<void>;
}) {
  const [text, setText] = useState(() => JSON.stringify(rows, null, 2));
  const [malformed, setMalformed] = useState<string>();
  const { busy, problem, run, forget } = useSaving();
  const save = () => {
    forget();
    const next = rowsOf(text);
    setMalformed(typeof next === "string" ? next : undefined);
    if (typeof next !== "string") void run(() => onSave(next));
  };
  return (
    <Dialog
      open
      onClose={onClose}
      wide
      title="All prices of your own"
      description="In the form of the price book: tiers, aliases and days as well. One broken row leaves the old list as it is."
    >
      <Form label="All prices" onSubmit={save}>
        <TextArea
          label="Rows"
          mono
          rows={16}
          value={text}
          onChange={(e) => setText(e.target.value)}
          error={malformed ?? problem?.forField("rows") ?? problem?.message}
          spellCheck={false}
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy}>
            Save prices
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
