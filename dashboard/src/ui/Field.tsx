import { CircleAlert } from "lucide-react";
import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx";
import styles from "./Field.module.css";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  mono?: boolean;
}

export function TextField({
  label,
  hint,
  error,
  optional,
  mono,
  className,
  ...rest
}: FieldProps & ComponentProps<"input">) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <input
        type="text"
        {...rest}
        id={id}
        className={cx(styles.input, mono && styles.mono, className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={hint || error ? `${id}-more` : undefined}
      />
    </FieldFrame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  mono,
  className,
  ...rest
}: FieldProps & ComponentProps<"textarea">) {
  const id = useId();
  return (
    <FieldFrame id={id} label={label} hint={hint} error={error} optional={optional}>
      <textarea
        rows={4}
        {...rest}
        id={id}
        className={cx(styles.input, mono && styles.mono, className)}
        aria-invalid={error ? true : undefined}
        aria-describedby={hint || error ? `${id}-more` : undefined}
      />
    </FieldFrame>
  );
}

export function FieldFrame({
  id,
  label,
  hint,
  error,
  optional,
  children,
}: Omit<FieldProps, "mono"> & { id: string; children: ReactNode }) {
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label} {optional && <span className={styles.optional}>(optional)</span>}
      </label>
      {children}
      {(error || hint) && (
        <div id={`${id}-more`}>
          {error ? <FieldError>{error}</FieldError> : <div className={styles.hint}>{hint}</div>}
        </div>
      )}
    </div>
  );
}

export function FieldError({ children }: { children: ReactNode }) {
  return (
    <div className={styles.error}>
      <CircleAlert size={13} aria-hidden />
      <span>{children}</span>
    </div>
  );
}

export function CheckField({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & Omit<ComponentProps<"input">, "type">) {
  const id = useId();
  return (
    <label className={styles.check} htmlFor={id}>
      <input type="checkbox" {...rest} id={id} />
      <span>{label}</span>
      {hint && <span className={styles.hint}>{hint}</span>}
    </label>
  );
}

export function RadioField({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & Omit<ComponentProps<"input">, "type">) {
  const id = useId();
  return (
    <label className={styles.check} htmlFor={id}>
      <input type="radio" {...rest} id={id} />
      <span>{label}</span>
      {hint && <span className={styles.hint}>{hint}</span>}
    </label>
  );
}

export function FieldGroup({ legend, children }: { legend: string; children: ReactNode }) {
  return (
    <fieldset>
      <legend className={styles.legend}>{legend}</legend>
      <div className={styles.group}>{children}</div>
    </fieldset>
  );
}

export function FormRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}

export function FormActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}

export function Form({
  onSubmit,
  children,
  label,
}: {
  onSubmit: () => void;
  children: ReactNode;
  label: string;
}) {
  return (
    <form
      className={styles.form}
      aria-label={label}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}

export const inputClass = styles.input;
