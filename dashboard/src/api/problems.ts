/** What went wrong with a request, in the words of the server where it has any. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    message: string,
    /** 0 when no answer came. */
    readonly status: number,
    readonly code: string,
    readonly requestId?: string,
    readonly details: readonly { field: string; message: string; code: string }[] = [],
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }

  /** The message that belongs to one field of a form. */
  forField(field: string): string | undefined {
    return this.details.find((d) => d.field === field || d.field.endsWith(`.${field}`))?.message;
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new Problem("The server took too long to answer.", 0, "timeout");
  }
  if (error instanceof TypeError) {
    return new Problem("The server cannot be reached. It may be restarting.", 0, "unreachable");
  }
  return new Problem(error instanceof Error ? error.message : String(error), 0, "unexpected");
}

/** Reads the server's error body; anything else than our shape still gives a usable message. */
export async function problemOfResponse(response: Response): Promise<Problem> {
  const seconds = Number(response.headers.get("retry-after"));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  const id = response.headers.get("x-whyops-request-id") ?? undefined;
  try {
    const body: unknown = await response.json();
    if (isErrorBody(body)) {
      const { code, message, requestId, details } = body.error;
      return new Problem(
        message,
        response.status,
        code,
        requestId ?? id,
        details ?? [],
        retryAfter,
      );
    }
  } catch {
    // Not JSON: an intermediary answered.
  }
  return new Problem(
    `The server answered ${response.status}.`,
    response.status,
    `http_${response.status}`,
    id,
    [],
    retryAfter,
  );
}

interface ErrorBody {
  error: {
    code: string;
    message: string;
    requestId?: string;
    details?: { field: string; message: string; code: string }[];
  };
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== "object" || body === null || !("error" in body)) return false;
  const error = body.error;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}
