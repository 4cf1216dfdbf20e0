import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { diskOf, LEAST_FREE } from '../health.ts';
import { readHolder } from '../postgres/lock.ts';
import { address } from './address.ts';
import { backups } from './backups.ts';
import { bad, type Finding, good, warning } from './finding.ts';

const GIGABYTE = 1024 ** 3;
/** Argon2 for passwords came with it. */
const LEAST_NODE = [24, 7] as const;

/** What stands around the database: Node, settings, data folder, secret, proxy. */
export async function examineHost(config: Config, nodeVersion: string): Promise<Finding[]> {
  return [
    ...node(nodeVersion),
    ...unknownSettings(config),
    ...(await dataFolder(config)),
    ...secret(config),
    ...address(config),
    ...(await backups(config)),
  ];
}

function node(version: string): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]))
    return [good(`Node ${version}`, `Node ${version}`)];
  return [
    bad(
      { zh: `Node ${version} 太旧`, en: `Node ${version} is too old` },
      {
        zh: '用 npm start 或 npx qinglan 启动：它们使用随附的 Node 24',
        en: 'Start with npm start or npx qinglan: they use the Node 24 that comes along',
      },
    ),
  ];
}

const unknownSettings = ({ unknown }: Config): Finding[] =>
  unknown.map((name) =>
    warning(
      { zh: `${name} 不是青蓝的设置`, en: `${name} is no setting of Qinglan` },
      {
        zh: '删去，或对照 docs/settings.md 改名',
        en: 'Remove it, or see docs/settings.md for the right name',
      },
    ),
  );

async function dataFolder(config: Config): Promise<Finding[]> {
  const { dataDir } = config;
  if (!existsSync(dataDir))
    return [
      good(
        `数据文件夹 ${dataDir} 尚未建立，首次启动时建立`,
        `Data folder ${dataDir} is made at the first start`,
      ),
    ];
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [
      bad(
        {
          zh: `当前用户不能读写数据文件夹 ${dataDir}`,
          en: `This user may not read and write the data folder ${dataDir}`,
        },
        {
          zh: '把它的所有者改成运行青蓝的用户（chown）',
          en: 'Make the user Qinglan runs as its owner (chown)',
        },
      ),
    ];
  }
  const findings = [good(`数据文件夹 ${dataDir} 可读写`, `Data folder ${dataDir} can be read and written`)];
  const { free, total } = await diskOf(config);
  const room = {
    zh: `磁盘剩余 ${(free / GIGABYTE).toFixed(1)} GB`,
    en: `${(free / GIGABYTE).toFixed(1)} GB free on the disk`,
  };
  const advice = {
    zh: '清理，或换更大的盘：写满后无法保存任何内容',
    en: 'Make room or take a larger disk: when it is full nothing can be saved',
  };
  if (free < LEAST_FREE) findings.push(bad(room, advice));
  else if (free < GIGABYTE || free < total / 50) findings.push(warning(room, advice));
  else findings.push(good(room.zh, room.en));
  if (config.databaseUrl === null) {
    const holder = readHolder(dataDir);
    findings.push(
      holder === null
        ? good('没有青蓝正在使用这个数据文件夹', 'No Qinglan is using the data folder')
        : good(
            `进程 ${holder.pid} 正在使用数据文件夹，地址 ${holder.address ?? '（正在启动）'}`,
            `Process ${holder.pid} is using the data folder and serves ${holder.address ?? '(it is starting)'}`,
          ),
    );
  }
  return findings;
}

function secret({ secret: given, dataDir }: Config): Finding[] {
  if (given !== null) return [good('签名密钥来自 QINGLAN_SECRET', 'The secret is that of QINGLAN_SECRET')];
  const path = join(dataDir, 'secret');
  if (!existsSync(path))
    return [good('签名密钥在首次使用时生成', 'The secret is made when it is first needed')];
  if ((statSync(path).mode & 0o077) === 0)
    return [good('签名密钥只有本用户可读', 'The secret can be read by this user alone')];
  return [
    bad(
      { zh: `别的用户能读到 ${path}`, en: `Other users can read ${path}` },
      { zh: `chmod 600 ${path}`, en: `chmod 600 ${path}` },
    ),
  ];
}
