import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { secureHeaders } from 'hono/secure-headers';
import { administrationRoutes } from './features/administration/routes.ts';
import { auditRoutes } from './features/audit/routes.ts';
import { duplicateRoutes } from './features/duplicates/routes.ts';
import { homeRoutes } from './features/home/routes.ts';
import { askFor, recogniser } from './features/identity/ask.ts';
import { countExport } from './features/identity/limits/exports.ts';
import { identityRoutes } from './features/identity/routes.ts';
import { agreementRoutes } from './features/lab/agreement/routes.ts';
import { compareRoutes } from './features/lab/compare/routes.ts';
import { fileRoutes } from './features/lab/file/routes.ts';
import { policyRoutes } from './features/lab/policy/routes.ts';
import { labRoutes } from './features/lab/routes.ts';
import { trialRoutes } from './features/lab/trials/routes.ts';
import { noticeRoutes } from './features/notices/routes.ts';
import { organisationRoutes } from './features/organisation/routes.ts';
import { privacyRoutes } from './features/privacy/routes.ts';
import { numberRoutes } from './features/programmes/numbers/routes.ts';
import { programmeRoutes } from './features/programmes/routes.ts';
import { recordRoutes } from './features/records/routes.ts';
import { apiDocsRoutes, apiRoutes } from './features/selection/api/api.ts';
import { applicationRoutes } from './features/selection/applications/routes.ts';
import { panelRoutes } from './features/selection/panels/routes.ts';
import { paperRoutes } from './features/selection/papers/routes.ts';
import { publicRoutes } from './features/selection/publicity/public/routes.ts';
import { publicityRoutes } from './features/selection/publicity/routes.ts';
import { reviewRoutes } from './features/selection/review/routes.ts';
import { quotaRoutes } from './features/selection/rounds/quotas/routes.ts';
import { roundRoutes } from './features/selection/rounds/routes.ts';
import { screeningRoutes } from './features/selection/screening/routes.ts';
import { titleRoutes } from './features/titles/routes.ts';
import { answerError } from './platform/answer.ts';
import { isAway } from './platform/away.ts';
import { HSTS, isHttps } from './platform/bare-text.ts';
import { isBusy, isOfMerged } from './platform/database.ts';
import { HttpError } from './platform/errors.ts';
import type { Gate } from './platform/gate.ts';
import { type Readiness, readiness } from './platform/health.ts';
import type { Metrics } from './platform/metrics.ts';
import { noteRefusal, refusalOf } from './platform/refusals.ts';
import { type Ask, mount, type RouteList } from './platform/routing.ts';
import type { Services } from './platform/services.ts';
import { limitSize, noteRequests, refuseHalfSent, requestOf, routeOf, takeTurns } from './platform/watch.ts';
import { assetRoutes } from './web/assets.ts';

/** Every page and call there is, one line per feature. The access matrix test walks this list. */
export const features: readonly RouteList[] = [
  identityRoutes,
  homeRoutes,
  noticeRoutes,
  auditRoutes,
  administrationRoutes,
  organisationRoutes,
  duplicateRoutes,
  titleRoutes,
  programmeRoutes,
  numberRoutes,
  labRoutes,
  policyRoutes,
  fileRoutes,
  compareRoutes,
  trialRoutes,
  agreementRoutes,
  recordRoutes,
  roundRoutes,
  quotaRoutes,
  publicityRoutes,
  publicRoutes,
  panelRoutes,
  paperRoutes,
  apiRoutes,
  apiDocsRoutes,
  applicationRoutes,
  reviewRoutes,
  screeningRoutes,
  privacyRoutes,
];

/** What stands around the application in a server; tests and benches do without. */
export interface Surroundings {
  readonly gate?: Gate;
  readonly metrics?: Metrics;
  readonly ready?: () => Promise<Readiness>;
}

/** The web application over its services: security headers, size limits, the features, the one error handler. */
export function createApp(services: Services, { gate, metrics, ready }: Surroundings = {}): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      overwrite: false, // A handler may be stricter, as that of evidence files is.
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      referrerPolicy: 'same-origin',
      strictTransportSecurity: isHttps(services.config.origin) && HSTS,
    }),
  );
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const answer = await (ready?.() ?? readiness(services, false));
    return c.json(answer, answer.ready ? 200 : 503);
  });
  app.use(noteRequests({ log: services.log, ...(metrics ? { metrics } : {}) }));
  app.use(compress());
  app.route('/', assetRoutes());
  app.use(refuseHalfSent(metrics));
  if (gate) app.use(takeTurns(gate, metrics));
  app.use(limitSize());
  mount(app, features, recogniser(services), countExport);
  app.notFound((c) => fail(c, new HttpError(404, 'error.not-found')));
  app.onError((error, c) => fail(c, error));
  return app;

  async function fail(c: Context, error: unknown): Promise<Response> {
    if (isBusy(error)) {
      services.log.warn({ route: routeOf(c) }, 'too busy: no connection became free in time');
      c.header('retry-after', '30');
      const asked: Ask | null = c.get('ask') ?? null; // To ask who it is would be to wait in the same line again.
      return answerError(asked, c, new HttpError(503, 'error.busy'));
    }
    if (isAway(error)) {
      services.log.error(
        { error, route: routeOf(c), request: requestOf(c) },
        'the database is away, or a disk is full',
      );
      c.header('retry-after', '30');
      const asked: Ask | null = c.get('ask') ?? null;
      return answerError(asked, c, new HttpError(503, 'error.away'));
    }
    if (isOfMerged(error))
      return answerError(await askFor(c, services), c, new HttpError(409, 'error.merged'));
    if (!(error instanceof HttpError))
      services.log.error({ error, route: routeOf(c), request: requestOf(c) }, 'request failed');
    const asked = await askFor(c, services).catch(() => null);
    const refused = refusalOf(error, routeOf(c));
    if (refused !== null) noteRefusal(c, services, refused, asked?.actor?.personId ?? null);
    return answerError(asked, c, error);
  }
}
