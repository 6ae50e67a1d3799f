import { useState } from "react";
import { problemOf } from "#/api/problems";
import { Button } from "#/ui/Button";
import { Dialog } from "#/ui/Dialog";
import { Form, FormActions, TextField } from "#/ui/Field";

export function DismissDialog({
  open,
  onClose,
  onDismiss,
}: {
  open: boolean;
  onClose: () => void;
  onDismiss: (reason: string) => Promise<void>;
}) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const dismiss = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onDismiss(reason.trim());
      onClose();
    } catch (error) {
      setProblem(problemOf(error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Dismiss this finding?"
      description="It stays counted, and the audit log keeps who dismissed it and why."
    >
      <Form label="Dismiss finding" onSubmit={() => reason.trim() !== "" && void dismiss()}>
        <TextField
          label="Reason"
          value={reason}
          onChange={(e) => setReason(e.target.value)}
          error={problem}
          maxLength={1000}
          autoComplete="off"
        />
        <FormActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy} disabled={reason.trim() === ""}>
            Dismiss
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}
