import type { ReactNode } from "react";
import { Mark } from "#/shell/SideBar";
import { useTabTitle } from "#/ui/Page";
import styles from "./Entry.module.css";

export function EntryCard({
  title,
  lead,
  foot,
  children,
}: {
  title: string;
  lead: ReactNode;
  foot?: ReactNode;
  children?: ReactNode;
}) {
  useTabTitle(title);
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Mark size={26} /> WhyOps
        </div>
        <h1>{title}</h1>
        <p className={styles.lead}>{lead}</p>
        {children}
        {foot && <p className={styles.foot}>{foot}</p>}
      </div>
    </main>
  );
}
