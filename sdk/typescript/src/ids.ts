import { randomBytes } from "node:crypto";

/** A UUID version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits. */
export function uuid7(): string {
  const moment = Date.now().toString(16).padStart(12, "0");
  const random = randomBytes(10).toString("hex");
  // The two top bits of the ninth byte are 1 and 0.
  const variant = "89ab"[Number.parseInt(random.charAt(3), 16) & 3];
  return `${moment.slice(0, 8)}-${moment.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

/** An id for one span: 16 hexadecimal digits, as OpenTelemetry has them. */
export function spanId(): string {
  return randomBytes(8).toString("hex");
}
