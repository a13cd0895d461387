// A client in fifty lines: fetch for queries and mutations, graphql-sse for subscriptions.
import { print, type GraphQLFormattedError } from 'graphql';
import { createClient, type Client } from 'graphql-sse';
import type { TadaDocumentNode } from 'gql.tada';

/** The errors of a refused operation, with the codes of the schema's ErrorCode. */
export class Refused extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map((e) => `${String(e.extensions?.['code'] ?? '')} ${e.message}`).join('; '));
  }
}

export class Plenary {
  readonly #headers: Record<string, string>;
  readonly #events: Client;

  constructor(readonly url: string, token: string) {
    this.#headers = token ? { Authorization: `Bearer ${token}` } : {};
    this.#events = createClient({
      url: `${url}/stream`,
      headers: this.#headers,
      retryAttempts: Infinity, // a restart of the server ends the stream; a refused subscription is not retried
      retry: (tries) => new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** tries, 10_000))),
    });
  }

  /** Sends a query or a mutation. With a key, a mutation that is sent again does not run again. */
  async ask<Result, Variables>(document: TadaDocumentNode<Result, Variables>, variables: Variables, key?: string): Promise<Result> {
    const resp = await fetch(this.url, {
      method: 'POST',
      headers: { ...this.#headers, 'Content-Type': 'application/json', ...(key ? { 'Idempotency-Key': key } : {}) },
      body: JSON.stringify({ query: print(document), variables }),
    });
    const answer = (await resp.json()) as { data?: Result; errors?: GraphQLFormattedError[] };
    if (answer.errors || !answer.data) throw new Refused(answer.errors ?? [{ message: resp.statusText }]);
    return answer.data;
  }

  /**
   * Follows a subscription and reconnects whenever the connection ends. It reads the variables again for each connection,
   * so a getter among them resumes from where the program is by then.
   */
  async *follow<Result, Variables extends object>(document: TadaDocumentNode<Result, Variables>, variables: Variables): AsyncGenerator<Result> {
    const events = this.#events.iterate<Result>({ query: print(document), variables: variables as Record<string, unknown> });
    for await (const { data, errors } of events) {
      if (errors || !data) throw new Refused(errors ?? [{ message: 'no data' }]);
      yield data;
    }
  }
}

