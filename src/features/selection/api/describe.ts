/** One call of the API, said once: its guard, what it takes, what it answers, and the words of its description. */
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { HttpError } from '../../../platform/errors.ts';
import { type ActorAsk, type Guard, type RouteList, routeList } from '../../../platform/routing.ts';
import { type Locale, words } from '../../../web/words.ts';

export type CallName =
  | 'rounds'
  | 'round'
  | 'quotas'
  | 'roundNumbers'
  | 'programmeNumbers'
  | 'applications'
  | 'application'
  | 'result'
  | 'notices'
  | 'notice';

export interface Call {
  readonly name: CallName;
  readonly path: string;
  readonly open: boolean;
  readonly query: z.ZodObject;
  readonly answer: z.ZodObject;
}

export interface Api {
  readonly routes: RouteList;
  readonly calls: readonly Call[];
  get<Q extends z.ZodObject, A extends z.ZodObject>(
    name: CallName,
    path: string,
    guard: Guard,
    query: Q,
    answer: A,
    handle: (ask: ActorAsk, query: z.output<Q>) => Promise<z.input<A>>,
  ): void;
}

/** Calls that check their query and keep to the answer they describe; a body that does not is a bug and throws. */
export function openApi(): Api {
  const routes = routeList();
  const calls: Call[] = [];
  return {
    routes,
    calls,
    get(name, path, guard, query, answer, handle) {
      calls.push({ name, path, open: guard.kind === 'anyone', query, answer });
      routes.get(path, guard, async (ask: ActorAsk) => {
        const asked = query.safeParse(ask.c.req.query());
        if (!asked.success) throw new HttpError(400, 'error.field');
        return ask.c.json(answer.parse(await handle(ask, asked.data)));
      });
    },
  };
}

export const problem = z
  .object({ type: z.string(), title: z.string(), status: z.number().int(), detail: z.string() })
  .openapi('Problem');

type Document = ReturnType<OpenAPIHono['getOpenAPI31Document']>;
const documents = new Map<Locale, Document>();

/** The OpenAPI document, its descriptions in the reader's language. */
export function documentOf(calls: readonly Call[], locale: Locale): Document {
  let document = documents.get(locale);
  if (document === undefined) {
    document = makeDocument(calls, locale);
    documents.set(locale, document);
  }
  return document;
}

function makeDocument(calls: readonly Call[], locale: Locale): Document {
  const t = words(locale);
  const described = new OpenAPIHono();
  const security = described.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'qinglan_session',
    description: t('api.session'),
  });
  const refused = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: problem } },
  });
  for (const call of calls) {
    const names = [...call.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '');
    described.openAPIRegistry.registerPath(
      createRoute({
        method: 'get',
        path: call.path.replaceAll(/:(\w+)/g, '{$1}'),
        operationId: call.name,
        summary: t(`api.call.${call.name}`),
        ...(call.open ? {} : { security: [{ [security.name]: [] }] }),
        request: {
          query: call.query,
          ...(names.length > 0
            ? { params: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }
            : {}),
        },
        responses: {
          200: {
            description: t(`api.call.${call.name}`),
            content: { 'application/json': { schema: call.answer } },
          },
          400: refused(t('error.field')),
          404: refused(t('error.not-found')),
          ...(call.open ? {} : { 401: refused(t('error.sign-in')), 403: refused(t('error.other-place')) }),
        },
      }),
    );
  }
  return described.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: `${t('ui.brand')} · ${t('api.title')}`,
      version: '1',
      description: t('api.description'),
      license: { name: 'Apache-2.0' },
    },
  });
}
