import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context } from 'hono';
import { clientAddress } from './client.ts';
import type { Config } from './config.ts';

/**
 * From where something is done. It goes with the request, so that no call on the way down can forget to hand it on;
 * what the audit writes takes it from here.
 */
export interface Circumstances {
  readonly address: string | null;
  readonly device: string | null;
}

const current = new AsyncLocalStorage<Circumstances>();
const NONE: Circumstances = { address: null, device: null };

/** The circumstances of what is being done now; none for what nobody asked for from outside. */
export const circumstances = (): Circumstances => current.getStore() ?? NONE;

export const under = <T>(found: Circumstances, work: () => T): T => current.run(found, work);

export const circumstancesOf = (c: Context, { proxies }: Pick<Config, 'proxies'>): Circumstances => ({
  // Long enough for any IPv6 address with its zone; what a proxy adds beyond that is not an address.
  address: clientAddress(c, proxies)?.slice(0, 60) ?? null,
  device: shortDevice(c.req.header('user-agent')),
});

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/MicroMessenger\/(\d+)/, 'WeChat'],
  [/DingTalk\/(\d+)/, 'DingTalk'],
  [/Edg(?:A|iOS)?\/(\d+)/, 'Edge'],
  [/(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/(?:Chrome|CriOS)\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Windows/, 'Windows'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** A browser and its system in a few words; enough to know one's own device by, too little to follow somebody with. */
export function shortDevice(userAgent: string | undefined): string | null {
  if (userAgent === undefined || userAgent === '') return null;
  const browser = BROWSERS.flatMap(([sign, name]) => {
    const found = sign.exec(userAgent);
    return found === null ? [] : [`${name} ${found[1]}`];
  })[0];
  const system = SYSTEMS.find(([sign]) => sign.test(userAgent))?.[1];
  const known = [browser, system].filter((part) => part !== undefined).join(' · ');
  return known === '' ? userAgent.replaceAll(/[^ -~]/g, '').slice(0, 40) : known;
}
