import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { selectHead, selectLatestCheck } from '../features/audit/chain/queries.ts';
import { areIdNumbersKept, countByKey } from '../features/organisation/id-numbers/queries.ts';
import { openVault } from '../features/organisation/id-numbers/vault.ts';
import { idKeysFile } from '../platform/backup/key-files.ts';
import { version } from '../platform/backup/settings.ts';
import { type Config, ConfigError, readConfig } from '../platform/config.ts';
import { openDatabase } from '../platform/database.ts';
import { examineDatabase } from '../platform/doctor/database.ts';
import { bad, type Finding, type Level, warning } from '../platform/doctor/finding.ts';
import { examineHost } from '../platform/doctor/host.ts';
import { folderFiles } from '../platform/files.ts';
import { useEmbedded } from '../platform/postgres/supervisor.ts';
import { oldPathOf, oldSecrets } from '../platform/secret.ts';
import { out } from './answer.ts';
import { examineFiles } from './files.ts';
import { listed, lookAtSealed, sumOf } from './sealed.ts';

export const doctorUsage = `  doctor [--lang zh-CN|en]               look at everything the install rests on, and say what to do; changes nothing`;

const SIGNS: Readonly<Record<Level, string>> = { good: '✓', warning: '!', bad: '✗' };

/** Exit code 1 when something is bad, 0 when there is at most something to see to. */
export async function doctorCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { lang: { type: 'string' } } });
  const spoken = values.lang ?? process.env.LC_ALL ?? process.env.LC_MESSAGES ?? process.env.LANG ?? '';
  const locale = spoken.startsWith('zh') ? 'zh' : 'en';
  const findings = await examine();
  for (const { level, advice, ...found } of findings) {
    out(`${SIGNS[level]} ${found[locale]}`);
    if (advice !== undefined) out(`    → ${advice[locale]}`);
  }
  const count = (level: Level) => findings.filter((one) => one.level === level).length;
  out(
    locale === 'zh'
      ? `${findings.length} 项：${count('bad')} 项须立即处理，${count('warning')} 项须留意`
      : `${findings.length} findings: ${count('bad')} to put right now, ${count('warning')} to see to`,
  );
  if (count('bad') > 0) process.exitCode = 1;
}

async function examine(): Promise<Finding[]> {
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      {
        level: 'bad',
        zh: error.message,
        en: error.message,
        advice: { zh: '对照 docs/settings.md 改正', en: 'See docs/settings.md' },
      },
    ];
  }
  const host = await examineHost(config, process.versions.node);
  const embedded = config.databaseUrl === null ? await useEmbedded({ dataDir: config.dataDir }) : null;
  try {
    const url = config.databaseUrl ?? embedded?.url ?? '';
    return [
      ...host,
      ...(await examineDatabase(config, url)),
      ...(await examineAudit(config, url)),
      ...(await examineIdNumbers(config, url)),
      ...(await examineSealed(config, url)),
      ...(await examineFiles(
        {
          url,
          schema: config.schema,
          dataDir: config.dataDir,
          files: folderFiles(join(config.dataDir, 'files')),
          version: version(),
          clock: () => new Date(),
        },
        config,
      ).catch(() => [])), // No database: said above.
    ];
  } finally {
    await embedded?.stop();
  }
}

const WEEK_MS = 7 * 86_400_000;

/** Whether the chain is walked every night, and what the last walk found. */
async function examineAudit({ schema }: Config, url: string): Promise<Finding[]> {
  const db = openDatabase(url, { schema, max: 1 });
  try {
    const [head, check] = [await selectHead(db), await selectLatestCheck(db)];
    const advice = { zh: '运行 qinglan audit verify', en: 'Run qinglan audit verify' };
    if (check === null)
      return head.seq === 0
        ? []
        : [
            {
              level: 'warning',
              zh: '审计链还没有核对过',
              en: 'The audit chain has not been walked yet',
              advice,
            },
          ];
    if (check.brokenAt !== null)
      return [
        {
          level: 'bad',
          zh: `审计链在第 ${check.brokenAt} 条断开`,
          en: `The audit chain is broken at entry ${check.brokenAt}`,
          advice,
        },
      ];
    const old = Date.now() - check.at.getTime() > WEEK_MS;
    const found = {
      zh: `审计链共 ${head.seq} 条，核对到第 ${check.entries} 条，完好`,
      en: `The audit chain has ${head.seq} entries and holds up to ${check.entries}`,
    };
    return [old ? { level: 'warning', ...found, advice } : { level: 'good', ...found }];
  } catch {
    return []; // No tables yet, or no database: said above.
  } finally {
    await db.destroy();
  }
}

/** Whether the identity numbers that are kept can be opened. */
export async function examineIdNumbers(config: Config, url: string): Promise<Finding[]> {
  const db = openDatabase(url, { schema: config.schema, max: 1 });
  try {
    const [kept, numbers, vault] = [await areIdNumbersKept(db), await countByKey(db), openVault(config)];
    const total = [...numbers.values()].reduce((sum, count) => sum + count, 0);
    if (!kept && total === 0) return [];
    const lost = [...numbers].filter(([keyId]) => vault?.has(keyId) !== true);
    const closed = lost.reduce((sum, [, count]) => sum + count, 0);
    if (vault === null || closed > 0)
      return [
        {
          level: 'bad',
          zh: `身份证件号码的密钥不在：${closed} 个号码打不开`,
          en: `A key of the identity numbers is missing: ${closed} of them cannot be opened`,
          advice: {
            zh: `把 ${idKeysFile(config.schema)} 和封装它的 QINGLAN_SECRET（或 secret 文件）放回数据文件夹`,
            en: `Put ${idKeysFile(config.schema)} back into the data folder, and the QINGLAN_SECRET (or the file “secret”) it was sealed with`,
          },
        },
      ];
    return [
      {
        level: 'good',
        zh: `身份证件号码 ${total} 个，都打得开`,
        en: `${total} identity numbers are kept, and all can be opened`,
      },
    ];
  } catch {
    return []; // No tables yet, or no database: said above.
  } finally {
    await db.destroy();
  }
}

/** Whether what the install's secret sealed opens, and whether an exchange of it is done. */
export async function examineSealed(config: Config, url: string): Promise<Finding[]> {
  try {
    const sealed = await lookAtSealed({ ...config, url }, config);
    if (sumOf(sealed, 'none') > 0)
      return [
        bad(
          {
            zh: `有内容是用别的系统密钥加密的，打不开：${listed(sealed, 'none', 'zh')}`,
            en: `Sealed with another secret, and not to be opened: ${listed(sealed, 'none')}`,
          },
          existsSync(oldPathOf(config.dataDir))
            ? {
                zh: '把当时的密钥设为 QINGLAN_SECRET_OLD，再运行 qinglan secret rotate --reason "…"。已有的 secret.old 不要动：别的内容可能只有它打得开',
                en: 'Set QINGLAN_SECRET_OLD to the secret of that time, then run qinglan secret rotate --reason "…". Leave secret.old as it is: it may be all that opens the rest',
              }
            : {
                zh: '把当时的密钥存为数据文件夹的 secret.old（一行，权限 600），或设为 QINGLAN_SECRET_OLD，再运行 qinglan secret rotate --reason "…"',
                en: 'Put the secret of that time into the data folder as secret.old (one line, mode 600), or into QINGLAN_SECRET_OLD, then run qinglan secret rotate --reason "…"',
              },
        ),
      ];
    if (oldSecrets(config).length === 0) return [];
    return sumOf(sealed, 'old') > 0
      ? [
          warning(
            {
              zh: `系统密钥没有换完：还有${listed(sealed, 'old', 'zh')}是用旧密钥加密的`,
              en: `The secret is not exchanged yet: the old one sealed ${listed(sealed, 'old')}`,
            },
            {
              zh: '停止服务，再运行一次 qinglan secret rotate --reason "…"',
              en: 'Stop serving and run qinglan secret rotate --reason "…" once more',
            },
          ),
        ]
      : [
          warning(
            { zh: '旧的系统密钥还在，已经用不到', en: 'An older secret is still at hand and opens nothing' },
            {
              zh: '删去 QINGLAN_SECRET_OLD；有 secret.old 的，运行 qinglan secret rotate --reason "…" 移走',
              en: 'Remove QINGLAN_SECRET_OLD; a file secret.old goes with qinglan secret rotate --reason "…"',
            },
          ),
        ];
  } catch {
    return []; // No tables yet, or no database: said above.
  }
}
