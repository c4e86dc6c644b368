// Signs in, lists the open orders page by page, and closes one. Compiled by the tests.
import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./schema";

type Order = components["schemas"]["WorkOrder"];
type Problem = components["schemas"]["Problem"];

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
  }
}

export class Fieldbeat {
  private token = "";
  private readonly client;

  constructor(baseUrl: string) {
    this.client = createClient<paths>({ baseUrl });
    const bearer: Middleware = {
      onRequest: ({ request }) => {
        if (this.token) request.headers.set("Authorization", `Bearer ${this.token}`);
        return request;
      },
    };
    this.client.use(bearer);
  }

  /** Signs in; `askForCode` is called when a code of a second factor is wanted besides. */
  async signIn(login: string, password: string, askForCode: () => Promise<string>): Promise<void> {
    const { data, error } = await this.client.POST("/v1/login", { body: { login, password } });
    if (error) throw new Refused(error);
    this.token = "token" in data ? data.token : await this.withCode(data.challenge, await askForCode());
  }

  private async withCode(challenge: string, code: string): Promise<string> {
    const { data, error } = await this.client.POST("/v1/login/second-factor", { body: { challenge, code } });
    if (error) throw new Refused(error);
    return data.token;
  }

  async *openOrders(): AsyncGenerator<Order> {
    let after: string | null = null;
    do {
      const query: { status: Order["status"][]; after?: string } = { status: ["open"], ...(after ? { after } : {}) };
      const { data, error } = await this.client.GET("/v1/work-orders", { params: { query } });
      if (error) throw new Refused(error);
      yield* data.items;
      after = data.next;
    } while (after !== null);
  }

  /** Closes an order at the version that was seen; who was overtaken is told so (412 `stale`). */
  async close(order: Order): Promise<Order["status"]> {
    const { data, error } = await this.client.POST("/v1/work-orders/{order_id}/commands", {
      params: { path: { order_id: order.id }, header: { "If-Match": `"${order.version}"` } },
      body: { command_id: crypto.randomUUID(), command: "close" },
    });
    if (error) throw new Refused(error);
    return data.status;
  }
}
