import { HttpError } from '../../../platform/errors.ts';
import { may, routeList } from '../../../platform/routing.ts';
import { evidencePlace } from '../places.ts';
import { selectOptionalEvidence } from './queries.ts';
import { isShownInline } from './rules.ts';

export const evidenceRoutes = routeList();
const { get } = evidenceRoutes;

/**
 * The file itself, for those who may see its record. Whatever is in it, the browser runs nothing of it: the
 * type is the one its content has, it may not be guessed, and the policy gives it no rights.
 */
get('/evidence/:evidence', may('record.see', evidencePlace), async (ask) => {
  const file = await selectOptionalEvidence(ask.db, ask.c.req.param('evidence') ?? '');
  const bytes = file && (await ask.services.files.get(file.sha256));
  if (!file || !bytes) throw new HttpError(404, 'error.not-found');
  const manner =
    isShownInline(file.mediaType) && ask.c.req.query('save') === undefined ? 'inline' : 'attachment';
  return new Response(Uint8Array.from(bytes), {
    headers: {
      'content-type': file.mediaType,
      'content-disposition': `${manner}; filename="evidence"; filename*=UTF-8''${encodeURIComponent(file.fileName)}`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store, no-transform',
    },
  });
});
