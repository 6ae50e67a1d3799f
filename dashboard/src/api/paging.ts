/** Reads every page of a short list, such as the providers of a project. */
import { body } from "./client";

const PAGES_MAX = 50;

export async function allItems<T>(
  page: (
    cursor: string | undefined,
  ) => Promise<{ data?: { items: T[]; nextCursor: string | null }; response: Response }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < PAGES_MAX; i++) {
    const { items: more, nextCursor } = await body(page(cursor));
    items.push(...more);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return items;
}
