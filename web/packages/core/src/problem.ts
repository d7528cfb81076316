export interface FieldError {
  /** JSON pointer of the field in the request's body: "/buyer/email". */
  pointer: string;
  detail: string;
}

/** What the server refused (RFC 9457). `code` is the last part of `type`: branch on it, show `title`. */
export class ApiProblem extends Error {
  readonly type: string;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly errors: FieldError[];
  /** Extension members: what is left, the present price, … */
  readonly facts: Record<string, unknown>;
  readonly retryAfterS: number | null;

  constructor(status: number, body: Record<string, unknown>, retryAfterS: number | null = null) {
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    super(text(body['title']) || `HTTP ${status}`);
    const { type, title, status: _status, detail, errors, instance: _instance, ...facts } = body;
    this.name = 'ApiProblem';
    this.type = text(type) || 'about:blank';
    this.code = this.type.split(/[/:#]/).at(-1) ?? '';
    this.title = this.message;
    this.detail = text(detail);
    this.status = status;
    this.errors = Array.isArray(errors) ? errors.filter(isFieldError) : [];
    this.facts = facts;
    this.retryAfterS = retryAfterS;
    void title;
  }
}

/** No answer of our server: nothing is known of whether it acted. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the server did not answer', { cause });
    this.name = 'Unreachable';
  }
}

function isFieldError(value: unknown): value is FieldError {
  const error = value as Partial<FieldError> | null;
  return typeof error?.pointer === 'string' && typeof error.detail === 'string';
}
