import type { Config } from '../config.ts';
import { backupsOf, type KeptBackup } from '../system.ts';
import { bad, type Finding, good, warning } from './finding.ts';

const OLD_BACKUP_MS = 36 * 3_600_000;

/** Whether backups are made, and how old the newest is. */
export async function backups(config: Config): Promise<Finding[]> {
  const found = await backupsOf(config);
  const advice = {
    zh: '设 QINGLAN_BACKUP，或用 cron 运行 qinglan backup；见管理员指南“备份”',
    en: 'Set QINGLAN_BACKUP, or run qinglan backup from cron; see “Backup” in the administrator’s guide',
  };
  if (found === null) return [warning({ zh: '没有自动备份', en: 'No backup is made by itself' }, advice)];
  if (found.list === null)
    return [
      bad(
        {
          zh: `备份位置 ${found.place} 没有应答`,
          en: `The place of backups, ${found.place}, does not answer`,
        },
        { zh: '检查挂载、网络和密钥', en: 'See to the mount, the network and the keys' },
      ),
    ];
  const newest = found.list[0];
  if (newest === undefined)
    return [
      warning({ zh: `${found.place} 里还没有备份`, en: `There is no backup in ${found.place} yet` }, advice),
    ];
  const hours = Math.floor((Date.now() - newest.at.getTime()) / 3_600_000);
  const age = {
    zh: `最近一次备份在 ${hours} 小时前，共 ${found.list.length} 份`,
    en: `The newest backup is ${hours} hours old; there are ${found.list.length}`,
  };
  const readBack = verification(found.list);
  return Date.now() - newest.at.getTime() > OLD_BACKUP_MS
    ? [
        bad(age, {
          zh: '看日志里备份为何失败，改好后运行 qinglan backup',
          en: 'See in the log why it failed, put it right, and run qinglan backup',
        }),
        ...readBack,
      ]
    : [good(age.zh, age.en), ...readBack];
}

/** A term has passed since anybody read one back. */
const UNREAD_MS = 120 * 86_400_000;

function verification(list: readonly KeptBackup[]): Finding[] {
  const read = list.flatMap(({ verified }) => verified ?? []);
  const [last] = read.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const advice = { zh: '运行 qinglan verify', en: 'Run qinglan verify' };
  if (last === undefined)
    return [warning({ zh: '备份还没有验证过', en: 'No backup has been read back yet' }, advice)];
  const day = last.at.toISOString().slice(0, 10);
  if (last.wrong !== null)
    return [
      bad(
        {
          zh: `${day} 验证的备份有损坏：${last.wrong}`,
          en: `The backup read back on ${day} is damaged: ${last.wrong}`,
        },
        { zh: '立即另作一份并验证；查看备份位置', en: 'Make and verify another now; look at the place' },
      ),
    ];
  const found = {
    zh: `最近一次验证备份：${day}，完好`,
    en: `A backup was last read back on ${day} and is whole`,
  };
  return [Date.now() - last.at.getTime() > UNREAD_MS ? warning(found, advice) : good(found.zh, found.en)];
}
