import type { ComponentProps, ReactNode } from "react";
import { useContext, useEffect } from "react";
import { ChromeContext } from "./chrome";
import { cx } from "./cx";
import styles from "./Page.module.css";

interface PageProps {
  title: ReactNode;
  /** The title of the browser's tab, where `title` is not plain text. */
  tab?: string;
  tools?: ReactNode;
  before?: ReactNode;
  /** The page manages its own scrolling and fills the window. */
  fill?: boolean;
  narrow?: boolean;
  children: ReactNode;
}

export function Page({ title, tab, tools, before, fill, narrow, children }: PageProps) {
  useTabTitle(tab ?? (typeof title === "string" ? title : "WhyOps"));
  const { start, end } = useContext(ChromeContext);
  return (
    <div className={cx(styles.page, fill && styles.fill)}>
      <header className={styles.head}>
        <div className={styles.title}>
          {start}
          {before}
          <h1>{title}</h1>
        </div>
        <div className={styles.tools}>
          {tools}
          {end}
        </div>
      </header>
      {fill ? children : <div className={cx(styles.body, narrow && styles.narrow)}>{children}</div>}
    </div>
  );
}

export function useTabTitle(title: string): void {
  useEffect(() => {
    document.title = title === "WhyOps" ? title : `${title} · WhyOps`;
  }, [title]);
}

export function Lead({ children }: { children: ReactNode }) {
  return <p className={styles.lead}>{children}</p>;
}

export function Panel({
  title,
  tools,
  flush,
  children,
}: {
  title?: ReactNode;
  tools?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={styles.panel}>
      {title && (
        <div className={styles.panelHead}>
          <h2>{title}</h2>
          {tools}
        </div>
      )}
      <div className={flush ? undefined : styles.panelBody}>{children}</div>
    </section>
  );
}

/** Facts in two columns; what is null is left out. */
export function Facts({ items }: { items: (readonly [string, ReactNode] | null | false)[] }) {
  return (
    <dl className={styles.facts}>
      {items.map((item) => item && <Fact key={item[0]} name={item[0]} value={item[1]} />)}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

export function Stats({
  items,
}: {
  items: (readonly [string, ReactNode, ReactNode?] | null | false)[];
}) {
  return (
    <dl className={styles.stats}>
      {items.map(
        (item) =>
          item && (
            <div key={item[0]} className={styles.stat}>
              <dt>{item[0]}</dt>
              <dd>
                {item[1]}
                {item[2] && <div className={styles.sub}>{item[2]}</div>}
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A small table; what can grow belongs into a virtual list. */
export function Table({
  label,
  head,
  children,
}: {
  label: string;
  head: ReactNode;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by key
    <section className={styles.tableWrap} aria-label={label} tabIndex={0}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

export function Right(props: ComponentProps<"td">) {
  return <td {...props} className={styles.right} />;
}

export function RightHead(props: ComponentProps<"th">) {
  return <th {...props} scope="col" className={styles.right} />;
}
