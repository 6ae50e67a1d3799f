/** Texts in order, with cheap ends: bounded by its user, who drops from the front. */
export class Queue {
  private items: string[] = [];
  private head = 0;
  private size = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  /** UTF-16 units of all texts together: what they hold of memory, within a factor of two. */
  get chars(): number {
    return this.size;
  }

  push(text: string): void {
    this.items.push(text);
    this.size += text.length;
  }

  peek(): string | undefined {
    return this.items[this.head];
  }

  shift(): string | undefined {
    const text = this.items[this.head];
    if (text === undefined) return undefined;
    this.items[this.head++] = "";
    this.size -= text.length;
    if (this.head >= 1024 && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return text;
  }

  /** Puts what was taken back in front. */
  unshift(texts: readonly string[]): void {
    this.items = [...texts, ...this.items.slice(this.head)];
    this.head = 0;
    for (const text of texts) this.size += text.length;
  }

  toArray(): string[] {
    return this.items.slice(this.head);
  }
}
