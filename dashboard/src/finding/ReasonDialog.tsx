import { type ReactNode, useState } from "react";
import { useSaving } from "#/api/useSaving";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { Form, FormActions, TextField } from "#/ui/Field";

/** A decision that is nothing without its reason. */
export function ReasonDialog({
  open,
  onClose,
  title,
  description,
  label,
  action,
  children,
  onDecide,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description: string;
  label: string;
  action: string;
  /** What else is decided. */
  children?: ReactNode;
  onDecide: (reason: string) => Promise<void>;
}) {
  const [reason, setReason] = useState("");
  const { busy, problem, run } = useSaving();
  const decide = () =>
    run(async () => {
      await onDecide(reason.trim());
      onClose();
    });
  return (
    <Dialog open={open} onClose={onClose} title={title} description={description}>
      <Form label={label} onSubmit={() => reason.trim() !== "" && void decide()}>
        {children}
        <TextField
          label="Reason"
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          error={problem?.message}
          maxLength={1000}
          autoComplete="off"
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={reason.trim() === ""}>
            {action}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
