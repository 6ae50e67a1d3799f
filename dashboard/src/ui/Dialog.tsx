import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "./Button";
import { cx } from "./cx";
import styles from "./Dialog.module.css";
import { Form, FormActions, TextField } from "./Field";
import { Notice } from "./Notice";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  wide?: boolean;
  /** False for a dialog that must be answered. */
  closable?: boolean;
  children: ReactNode;
}

/** Focus goes in, stays in, and comes back to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  wide,
  closable = true,
  children,
}: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && closable && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={cx(styles.popup, wide && styles.wide)}>
          <div className={styles.head}>
            <div>
              <Base.Title className={styles.title}>{title}</Base.Title>
              {description && (
                <Base.Description className={styles.description}>{description}</Base.Description>
              )}
            </div>
            {closable && (
              <Base.Close
                render={
                  <IconButton label="Close" size="small">
                    <X size={16} aria-hidden />
                  </IconButton>
                }
              />
            )}
          </div>
          <div className={styles.body}>{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and what it touches. */
  children: ReactNode;
  action: string;
  /** When set, the reader types it before the action can be chosen. */
  typed?: string | undefined;
  onConfirm: () => Promise<void>;
}

export function ConfirmDialog({
  open,
  onClose,
  title,
  children,
  action,
  typed,
  onConfirm,
}: ConfirmProps) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const close = () => {
    setText("");
    setFailure(undefined);
    onClose();
  };
  const confirm = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const ready = typed === undefined || text === typed;
  return (
    <Dialog open={open} onClose={close} title={title}>
      <Form label={title} onSubmit={() => ready && void confirm()}>
        <div>{children}</div>
        {typed !== undefined && (
          <TextField
            label={`Type ${typed} to confirm`}
            mono
            value={text}
            onChange={(e) => setText(e.target.value)}
            autoComplete="off"
            spellCheck={false}
          />
        )}
        {failure && <Notice tone="error">{failure}</Notice>}
        <FormActions>
          <Button onClick={close}>Cancel</Button>
          <Button type="submit" variant="danger" busy={busy} disabled={!ready}>
            {action}
          </Button>
        </FormActions>
      </Form>
    </Dialog>
  );
}

export const dialogStyles = styles;
